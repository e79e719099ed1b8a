package main

import (
	"fmt"
	"strings"
)

// manual is what a command does and takes.
type manual struct {
	name, synopsis, about string
	flags                 string // a line each; "" if it has none
}

var manuals = [...]manual{
	{"serve", "[serve] [flags]", "serve the page and the interfaces", configUsage},
	{"config", "config [flags]", "print the configuration in force, and where each value comes from", configUsage},
	{"check", "check [flags]", "check the configuration, and print what is sent, how many SMS that takes, and what it costs", configUsage},
	{"sample", "sample [flags]", "draw or speak sample challenges", sampleUsage},
	{"simulate", "simulate [flags] [file...]", "rehearse attacks and busy days on a policy", simulateUsage},
	{"fake-sms", "fake-sms [flags]", "serve fake providers: they check what they are asked, and send nothing", fakeSMSUsage},
	{"load", "load [flags]", "have made-up visitors cross a gate that runs in development mode, and measure it", loadUsage},
	{"vouch", "vouch [flags]", "tell a new gate of numbers that were verified before: one a line on standard input", configUsage},
	{"version", "version", "print the version", ""},
	{"help", "help [command]", "print this, or what a command does and takes", ""},
}

// usage is all of it.
func usage() string {
	var b strings.Builder
	b.WriteString("cattlegrid stands in front of \"send me an SMS code\".\n\nusage:\n")
	for _, m := range manuals {
		fmt.Fprintf(&b, "  cattlegrid %-29s%s\n", m.synopsis, m.about)
	}
	for _, s := range [...][2]string{
		{"serve, config, check and vouch", configUsage},
		{"sample", sampleUsage},
		{"simulate, and then scenario files (those that ship)", simulateUsage},
		{"fake-sms", fakeSMSUsage},
		{"load", loadUsage},
	} {
		fmt.Fprintf(&b, "\nflags of %s:\n%s", s[0], s[1])
	}
	b.WriteString("\n" + keysUsage)
	return b.String()
}

// usageOf is what concerns a command; all of it if there is none of that name.
func usageOf(command string) string {
	for _, m := range manuals {
		if m.name != command || command == "help" {
			continue
		}
		text := fmt.Sprintf("cattlegrid %s: %s\n\nusage:\n  cattlegrid %s\n", m.name, m.about, m.synopsis)
		if m.flags != "" {
			text += "\nflags:\n" + m.flags
		}
		if m.flags == configUsage {
			text += "\n" + keysUsage
		}
		return text
	}
	return usage()
}

// whereToLook is the command line that shows how to write one.
func whereToLook(command string) string {
	for _, m := range manuals {
		if m.name == command && m.flags != "" {
			return command + " -h"
		}
	}
	return "help"
}

const configUsage = `  -config file      read a TOML file
  -addr host:port   listen here (127.0.0.1:8080)
  -data directory   keep the store and the keys here (data)
  -dev              development mode: messages are printed, not sent
`

const sampleUsage = `  -n number         how many (24)
  -kind name        letters, digits, arithmetic or chinese (letters)
  -level name       easy, normal or hard (normal)
  -key text         the style key: the family that pictures belong to (the one that everybody can draw)
  -alphabet text    the characters to copy
  -width pixels, -height pixels, -length characters
  -format name      png, jpeg or wav (png)
  -o file.png       draw all on one sheet, with the answers beneath (sheet.png)
  -blind            leave the answers off the sheet and write them beside it, in file.tsv; so it is done in Chinese
  -dir directory    write each to a file instead, in a new directory, with the answers in labels.tsv
  -audio            speak them instead, to WAV files; needs -dir
  -lang tag         speak zh or en (zh)
  -seed number      make the same again
`

const simulateUsage = `  -config file      take the policy from this TOML file (the one that ships)
  -run text         only runs with this in their name
  -list             print the names of the runs
  -json             print one JSON object for each run
  -svg place        draw each run, to a directory or, if there is but one, to a file.svg
`

const fakeSMSUsage = `  -addr host:port   serve the providers and their page here (127.0.0.1:8801)
  -smpp host:port   serve SMPP here, or nowhere if it is '' (127.0.0.1:2775)
  -receipts url     post receipts there: the sms.receipts_url of a gate
  -vonage-key file  serve Vonage too, for an application with this private key, which is made if it is not there
`

const loadUsage = `  -url address      of the gate (http://127.0.0.1:8080); it must run in development mode and trust this machine as a proxy
  -wait duration    how long to wait until it is ready (5s)
  -rate number      visitors a second, who come whether it keeps up or not (100); 0 for as many as it can
  -for duration     how long they come (10s)
  -warmup duration  how long they come before that, without being counted (0s)
  -connections n    how many visitors are served at once, at most (256)
  -pictures         they look at a picture and leave
  -json             print one JSON object
  -svg file.svg     draw the course and the times
`

const keysUsage = `Every key of the configuration is also a variable: log.level is CATTLEGRID_LOG_LEVEL. A variable goes before the file,
a flag before the variable. Secrets can be read from files: CATTLEGRID_KEYS_HASH_FILE. All are in docs/configuration.md.
`
