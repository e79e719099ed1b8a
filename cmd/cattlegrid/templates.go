package main

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/cattlegrid/cattlegrid/sms/template"
)

// templateFile is what providers approved, for those who have more than one template. It is a file like
//
//	[[template]]
//	provider = "aliyun"
//	purpose = "login"
//	id = "SMS_153055065"
//	variables = ["code"]
//	text = "您的验证码为：${code}，5分钟内有效，请勿泄露于他人！"
//
// Of the templates that fit a message the first is taken. The text is not sent: it lets "cattlegrid check" compare.
type templateFile struct {
	Template []filedTemplate `toml:"template"`
}

type filedTemplate struct {
	Provider  string   `toml:"provider"`
	Purpose   string   `toml:"purpose"`
	Lang      string   `toml:"lang"`
	Country   string   `toml:"country"`
	ID        string   `toml:"id"`
	Signature string   `toml:"signature"`
	Variables []string `toml:"variables"`
	Text      string   `toml:"text"`
}

// readTemplates reads a file of templates into a table for each provider.
func readTemplates(path string) (map[string]template.Table, error) {
	document, err := readBounded(path)
	if err != nil {
		return nil, err
	}
	name := filepath.Base(path)
	var file templateFile
	err = toml.NewDecoder(bytes.NewReader(document)).DisallowUnknownFields().Decode(&file)
	if mistake, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, _ := mistake.Position()
		if key := mistake.Key(); len(key) > 0 && errors.As(err, new(*toml.StrictMissingError)) {
			return nil, fmt.Errorf("%s:%d: unknown key %s; want [[template]] with keys of provider, purpose, lang, country, id, signature, variables and text",
				name, line, quote(strings.Join(key, ".")))
		}
		return nil, fmt.Errorf("%s:%d: %s", name, line, strings.TrimPrefix(mistake.Error(), "toml: "))
	} else if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	tables := map[string]template.Table{}
	for i, t := range file.Template {
		if !slices.Contains(templateProviders(), t.Provider) {
			return nil, fmt.Errorf("%s: template %d is for the provider %s, want one of %s", name, i+1, quote(t.Provider), strings.Join(templateProviders(), ", "))
		}
		tables[t.Provider] = append(tables[t.Provider], template.Template{
			Purpose: t.Purpose, Lang: t.Lang, Country: t.Country, ID: t.ID, Signature: t.Signature, Variables: t.Variables, Text: t.Text,
		})
	}
	return tables, nil
}

// table is the templates of a provider: those of the file and, after them, for all other messages, the one of the section.
func (c *config) table(provider, id string, variables []string) template.Table {
	table := slices.Clone(c.templates[provider])
	if id != "" {
		table = append(table, template.Template{ID: id, Variables: variables})
	}
	return table
}
