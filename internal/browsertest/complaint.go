package browsertest

import (
	"fmt"
	"slices"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
)

// complaints are what a browser has against a page. The zero value is none.
type complaints struct {
	mu    sync.Mutex
	texts []string
}

// listen is told of everything that happens in a tab.
func (c *complaints) listen(event any) {
	switch event := event.(type) {
	case *runtime.EventExceptionThrown:
		thrown := event.ExceptionDetails
		text := thrown.Text
		if thrown.Exception != nil {
			text += " " + thrown.Exception.Description
		}
		c.add(fmt.Sprintf("%s (%s:%d)", text, thrown.URL, thrown.LineNumber+1))
	case *log.EventEntryAdded:
		// Requests that fail, for one, are of no concern here: tests make them fail.
		if event.Entry.Source == log.EntrySourceSecurity {
			c.add(event.Entry.Text)
		}
	}
}

func (c *complaints) add(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.texts = append(c.texts, text)
}

func (c *complaints) all() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.texts)
}
