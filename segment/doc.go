// Package segment says how many SMS a text takes, and cuts it into them.
//
// One SMS carries 140 octets. A text whose characters are all in the GSM alphabet is written with 7 bits each; one other
// character makes the whole text UCS-2, with 16 bits each, and the same words cost twice or three times as much.
//
//	encoding   alone   in each part of several
//	GSM7       160     153
//	UCS2       70      67
//
// The parts of several are shorter because each has a header that says which part it is. [Count] counts, [Split] cuts,
// [Foreign] names the characters that make a text UCS-2.
//
// # Units
//
// The table counts units. In GSM7 a unit is a septet; the ten characters of the extension, such as € and [, are a pair of
// two. In UCS2 a unit is 16 bits; characters beyond them, such as emoji, are a pair of surrogates. No cut goes through a
// pair, so a part may end one unit early.
//
// # Octets
//
// GSM text is encoded unpacked, one septet an octet, as SMPP carries it. Of ill-formed UTF-8 each octet counts as U+FFFD.
package segment
