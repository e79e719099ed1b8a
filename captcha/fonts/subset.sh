#!/bin/sh
# Makes the fonts of this directory; README.md says what they are.
# Needs Debian's fonts-roboto-unhinted, fonts-roboto-slab, fonts-open-sans and
# python3-fonttools, and Go, which knows where golang.org/x/image lies.
set -eu
cd "$(dirname "$0")"

share=/usr/share/fonts
gofont=$(go list -m -f '{{.Dir}}' golang.org/x/image)/font/gofont/ttfs

subset() { # source, name of the result
	/usr/bin/python3 -m fontTools.subset "$1" --output-file="$2" \
		--unicodes=U+0030-0039,U+0041-005A \
		--name-IDs=0,1,2,7,13,14 --layout-features= \
		--no-hinting --desubroutinize --notdef-glyph --recommended-glyphs \
		--drop-tables+=DSIG,GDEF,GPOS,GSUB,kern,LTSH,VDMX,hdmx,gasp,FFTM
}

subset "$share/truetype/roboto/unhinted/RobotoTTF/Roboto-Bold.ttf" Roboto-Bold.ttf
subset "$share/truetype/roboto/unhinted/RobotoCondensed-Bold.ttf" RobotoCondensed-Bold.ttf
subset "$share/opentype/roboto/slab/RobotoSlab-Bold.otf" RobotoSlab-Bold.otf
subset "$share/truetype/open-sans/OpenSans-Bold.ttf" OpenSans-Bold.ttf
subset "$gofont/Go-Bold.ttf" Go-Bold.ttf
subset "$gofont/Go-Mono-Bold.ttf" Go-Mono-Bold.ttf
