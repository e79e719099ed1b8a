package main

const usage = `cattlegrid stands in front of "send me an SMS code".

usage:
  cattlegrid [serve] [flags]   serve the page and the interfaces
  cattlegrid config [flags]    print the configuration in force, and where each value comes from
  cattlegrid sample [flags]    draw sample challenges
  cattlegrid version           print the version
  cattlegrid help              print this

flags of serve and config:
  -config file      read a TOML file
  -addr host:port   listen here (127.0.0.1:8080)
  -data directory   keep the store and the keys here (data)
  -dev              development mode: messages are printed, not sent

flags of sample:
  -n number         how many pictures (24)
  -o file.png       draw all on one sheet, with the answers beneath (sheet.png)
  -dir directory    write each to a file instead, in a new directory, with the answers in labels.tsv
  -format name      png or jpeg
  -width pixels, -height pixels, -length characters
  -seed number      draw the same pictures again

Every key of the configuration is also a variable: log.level is CATTLEGRID_LOG_LEVEL. A variable goes before the file,
a flag before the variable. Secrets can be read from files: CATTLEGRID_KEYS_HASH_FILE. All are in docs/configuration.md.
`
