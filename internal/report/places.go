package report

import "github.com/sshvet/sshvet/lint"

// places are where spans are, in the words of a format. Findings come file by
// file: what is known of the last one is kept. It is for one goroutine.
type places struct {
	sources map[string]lint.Source
	write   func(file string) (name string, inside bool)

	opened bool
	file   string      // the one that was asked for last
	src    lint.Source // nil: it does not exist
	name   string      // as the format writes it
	inside bool        // whether it is in the checkout, for formats to which that matters
}

// newPlaces takes the function that writes the name of a file.
func newPlaces(r *lint.Result, write func(file string) (name string, inside bool)) places {
	return places{sources: r.Sources, write: write}
}

// open turns to a file.
func (p *places) open(file string) {
	if p.opened && p.file == file {
		return
	}
	p.opened, p.file, p.src = true, file, p.sources[file]
	p.name, p.inside = p.write(file)
}

// at is the place of an offset in the file that was opened. A file without a source,
// because it does not exist, has one place: its beginning.
func (p *places) at(offset int) lint.Position {
	if p.src == nil {
		return lint.Position{Line: 1, Column: 1}
	}
	return p.src.Position(offset)
}

// ends are the places where a span starts and ends. Its file is opened.
func (p *places) ends(s lint.Span) (start, end lint.Position) {
	p.open(s.File)
	return p.at(s.Start), p.at(s.End)
}
