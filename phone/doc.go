// Package phone reads phone numbers as people type them and answers with one number in E.164 form, or with a refusal.
//
// A [Parser] is made once and used by everybody:
//
//	parser, err := phone.New(phone.Options{}) // mainland China
//	…
//	number, err := parser.Parse("+86 138 0013 8000")
//	number.E164() // "+8613800138000"
//
// # What is read
//
// Digits in ASCII, full width, Arabic, Persian and Devanagari; a plus sign or the prefix dialled to get abroad; spaces,
// dashes, dots and brackets; the invisible direction marks that contact lists add when a number is copied; and an
// extension, "ext 5", which says nothing about a mobile phone and is dropped. All spellings of one number give the
// same [cattlegrid.Phone], so a limit on a number cannot be passed by spelling it differently.
//
// # What is refused
//
// Everything else, with [cattlegrid.ErrPhone] and a reason that never repeats what was typed. Two numbers in one
// field, whatever stands between them, are not one number: a comma, a semicolon, a slash, a letter or a line break ends
// the reading. So do more than 64 bytes, before anything costly is done. Landlines, toll-free, premium and
// other numbers that no SMS reaches are refused, and so are those of countries that are not in [Options.Countries]:
// each country that is not needed is a bill that cannot be run up.
//
// A gate with a policy of its own may want to hear of such numbers rather than have them refused here: with [Options.Any]
// a Parser takes every number there is, and [Parser.Describe] tells the policy its country and type.
//
// # Mainland China
//
// A mainland number is eleven digits that begin with 13 to 19. That is all that is asked, since carriers open new
// ranges faster than tables of numbers travel. The prefixes of call-by-call carriers (17911, 12593) are not read.
// Hong Kong, Macao and Taiwan are countries of their own here: HK, MO, TW.
//
// # Elsewhere
//
// The tables are those of Google's libphonenumber, through github.com/nyaruka/phonenumbers. A number must be of a range
// that can be mobile. Countries that share a calling code are told apart where the tables can: with US alone taken, a
// number of Jamaica is refused. testdata/vectors.json holds examples for implementations in any language.
//
// # Cost
//
// A mainland number takes less than a microsecond, any other some 30. To describe one takes a tenth of that on the mainland,
// and as long elsewhere. The tables add about 7 MB to a binary, and at
// start 6 ms and 1.6 MB of memory; patterns are compiled when a country's first number comes, up to 6 MB for all.
package phone
