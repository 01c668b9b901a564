package cli

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/sshvet/sshvet/fix"
	"github.com/sshvet/sshvet/internal/gitx"
	"github.com/sshvet/sshvet/lint"
)

// whyOtherwise is why a file stays that the work tree has otherwise than the
// index: a fix of either would take the other along, or lose it.
var whyOtherwise = [...]string{
	gitx.OtherContent: "what is staged of it is not what the work tree has",
	gitx.OtherMode:    "the work tree and what is staged differ in whether it is executable",
	gitx.Missing:      "it is deleted in the work tree",
	gitx.Replaced:     "the work tree has a folder or a link in its place",
	gitx.Unwatched:    "assume-unchanged keeps git from looking at it in the work tree",
	gitx.Skipped:      "skip-worktree keeps git from looking at it in the work tree",
	gitx.OutOfSparse:  "it is outside of the sparse checkout",
	gitx.Recoded:      "its working-tree-encoding makes git convert it",
}

// wayOut says what to do about a file that stays because the work tree has it
// otherwise.
func (s *stagedFiles) wayOut(name string) string {
	path := shellQuote(s.shown(name))
	back := "run 'git checkout -- " + path + "' first"
	switch s.standing(name) {
	case gitx.OtherMode:
		mode := "-x"
		if f, _ := s.tree.File(name); f.Mode == gitx.Executable {
			mode = "+x"
		}
		return fmt.Sprintf("to stage that too run 'git add %s' first, to take it back run 'chmod %s %s' first", path, mode, path)
	case gitx.Missing:
		return "to have it back " + back
	case gitx.Replaced:
		return "move that away, and " + back
	case gitx.Unwatched:
		return "run 'git update-index --no-assume-unchanged " + path + "' first"
	case gitx.Skipped:
		return "run 'git update-index --no-skip-worktree " + path + "' first"
	case gitx.OutOfSparse:
		return "run 'git sparse-checkout add " + shellQuote(cmp.Or(pathDir(name), name)) + "' at the top of the work tree first"
	case gitx.Recoded:
		return "fix it by hand"
	}
	text := "to fix both run 'git add " + path + "' first, to fix what is staged "
	if !s.HasCommit() || slices.ContainsFunc(s.changes, func(c gitx.Change) bool { return c.Unmerged }) { // git stash refuses then
		return text + "keep a copy of the file and " + back
	}
	return text + "run 'git stash --keep-index' first"
}

// whyNotStaged says why fix --staged leaves a file alone; "" where it may be
// changed: it is staged, and the work tree has the same.
func (in *inputs) whyNotStaged(path string) string {
	if in.staged == nil {
		return ""
	}
	name, ok := in.staged.real(path)
	switch {
	case !ok:
		return "it lies outside of the repository"
	case !in.staged.changed[name]:
		return "it is not staged"
	}
	return whyOtherwise[in.staged.standing(name)]
}

// stageFixes stages what was written, so that the commit has it.
func (r *fixRun) stageFixes(group []*fix.Change) {
	if r.in.staged == nil {
		return
	}
	for _, ch := range group {
		name, _ := r.in.staged.real(ch.Path)
		path := r.in.staged.shown(name) // not that of a link
		if err := r.in.staged.Add(name); err != nil {
			r.p.fail(fmt.Errorf("%s is fixed in the work tree, but not staged: %w", path, err))
			continue
		}
		r.p.note(r.o, "%s is fixed, and the fix is staged", path)
	}
}

// refuseHalfStaged says which files would have been fixed if the work tree had
// what is staged.
func (r *fixRun) refuseHalfStaged() {
	s, said := r.in.staged, map[string]bool{}
	if s == nil {
		return
	}
	refuse := func(path string) {
		name, ok := s.real(path)
		if !ok || r.frozen[path] == "" || said[name] || !s.changed[name] {
			return
		}
		said[name] = true
		if why := whyOtherwise[s.standing(name)]; why != "" {
			r.p.fail(fmt.Errorf("%s was not fixed: %s; %s", s.shown(name), why, s.wayOut(name)))
		}
	}
	for _, d := range r.remaining().Diagnostics {
		if d.BestFix() == lint.NoFix && d.Obstacle == nil {
			continue
		}
		refuse(d.Span.File)
		for _, f := range d.Fixes {
			for _, e := range f.Edits {
				refuse(e.File)
			}
		}
	}
}

// onlyNewInPlan leaves out of a plan's results what no commit is to blame for.
func (r *fixRun) onlyNewInPlan() {
	plan := r.plan
	if plan.Before != plan.After {
		r.in.onlyNew(plan.Before, nil)
	}
	var obstacles []fix.Obstacle
	n := 0
	r.in.onlyNew(plan.After, func(stays bool) {
		if stays && n < len(plan.Obstacles) {
			obstacles = append(obstacles, plan.Obstacles[n])
		}
		n++
	})
	if n > 0 {
		plan.Obstacles = obstacles
	}
}
