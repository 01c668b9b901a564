package cli

import (
	"fmt"

	"github.com/sshvet/sshvet/fix"
	"github.com/sshvet/sshvet/lint"
)

// stagedOtherwise is why a file stays of which the work tree and the index have
// different contents: a fix of either would take the other along, or lose it.
const stagedOtherwise = "what is staged of it is not what the work tree has"

// whyNotStaged says why fix --staged leaves a file alone; "" where it may be
// changed: it is staged, and the work tree has the same.
func (in *inputs) whyNotStaged(path string) string {
	if in.staged == nil {
		return ""
	}
	name, ok := in.staged.inside(path)
	if !ok {
		return "it lies outside of the repository"
	}
	if real, err := in.staged.tree.Resolve(name, in.staged.blobs); err == nil {
		name = real
	}
	switch {
	case !in.staged.changed[name]:
		return "it is not staged"
	case !in.staged.isSame(name):
		return stagedOtherwise
	}
	return ""
}

// stageFixes stages what was written, so that the commit has it.
func (r *fixRun) stageFixes(group []*fix.Change) {
	if r.in.staged == nil {
		return
	}
	for _, ch := range group {
		name, _ := r.in.staged.inside(ch.Path)
		if real, err := r.in.staged.tree.Resolve(name, r.in.staged.blobs); err == nil {
			name = real
		}
		if err := r.in.staged.Add(name); err != nil {
			r.p.fail(fmt.Errorf("%s is fixed in the work tree, but not staged: %w", ch.Path, err))
			continue
		}
		r.p.note(r.o, "%s is fixed, and the fix is staged", ch.Path)
	}
}

// refuseHalfStaged says which files would have been fixed if the work tree had
// what is staged.
func (r *fixRun) refuseHalfStaged() {
	said := map[string]bool{}
	refuse := func(path string) {
		if r.frozen[path] == stagedOtherwise && !said[path] {
			said[path] = true
			r.p.fail(fmt.Errorf("%s was not fixed: %s; to fix both run 'git add %s' first, to fix what is staged run 'git stash --keep-index' first", path, stagedOtherwise, shellQuote(path)))
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
