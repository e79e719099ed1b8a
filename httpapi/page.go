package httpapi

import (
	"net/http"
	"strings"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/web"
)

// page shows the page in the browser's language.
func (a *api) page(x *exchange) error {
	lang := x.lang()
	header := x.Header()
	header.Set("Cache-Control", "no-cache")
	header.Set("Content-Language", lang)
	header.Set("Vary", "Accept-Language")
	x.body(http.StatusOK, "text/html; charset=utf-8", web.Page(web.View{
		Lang: lang,
		Kind: a.gate.Kind().String(),
		Dev:  a.inbox != nil,
	}))
	return nil
}

// lang is the language that the visitor reads, "zh" or "en".
func (x *exchange) lang() string {
	return web.Language(x.acceptLanguage())
}

// messageLang is the language of a message to the visitor: there are more of them than pages.
func (x *exchange) messageLang() string { return web.Pick(x.acceptLanguage(), cattlegrid.Languages...) }

func (x *exchange) acceptLanguage() string {
	return strings.Join(x.r.Header.Values("Accept-Language"), ",")
}
