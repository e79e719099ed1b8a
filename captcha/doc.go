// Package captcha asks questions that a person answers at a glance and a script
// does not: short texts as pictures, and the same texts spoken.
//
// It knows nothing of ids, stores or HTTP: a [Style] and a random source go in,
// bytes come out. Whoever shows the picture remembers the answer.
//
//	painter, err := captcha.New(captcha.Style{})
//	question, err := painter.Question(rand.Reader)                // crypto/rand
//	picture, err := painter.Draw(question.Text, source, captcha.PNG)
//	// Show the picture; compare what comes back with question.Answer.
//
// Two sources of chance are kept apart. [Painter.Question] takes an [io.Reader],
// in production crypto/rand.Reader, because an answer is a secret.
// [Painter.Draw] takes a math/rand/v2 Source; give it a fresh one for each
// picture, for example a ChaCha8 seeded with 32 bytes of crypto/rand, since the
// picture's shape must not tell the shape of the next. Draw a question once:
// pictures of one text can be averaged.
//
// # Kinds
//
// [Letters] asks for letters and digits, [Digits] for digits, [Arithmetic] for
// the result of a sum or a difference, [Chinese] for common characters, typed or
// picked from [Painter.Candidates]. Case never matters: fold what a visitor
// types to upper case before comparing. Alphabets leave out look-alikes, and so
// should yours.
//
// # Pictures
//
// Letters come in several typefaces, as capitals or small ones, filled, hollow
// or embossed, each with a turn, a slant and a size of its own, and stand in two
// rows, of which people read the upper one first without being told. Neighbours
// touch, a wave runs through the whole, and a layer of large shapes lies over it,
// in which ink is paper and paper is ink. All of it is filled by one rule,
// even-odd, in one pass. The word is fitted to the picture and cannot reach its
// edge. What is 60 pixels high or more has two rows; the default of 240x80, shown
// at half that size on dense screens, is a good one.
//
// A PNG has four colours from paper to ink. A JPEG is for pages that ask for
// one; it is larger and slower to make.
//
// # Families
//
// The key of a style chooses which typefaces, fills, layers and bends its
// pictures draw from, within bounds that people can read. Make it a secret of
// the site: who has trained a solver on the public default, or on another site,
// starts with less. Change it from time to time.
//
// # Levels
//
// [Normal] is for everybody, [Hard] for visitors who look like a script, [Easy]
// where a limit protects enough.
//
// # Sound
//
// A [Speaker] says letters and digits in Mandarin and English, for those who
// cannot see the picture. [Arithmetic] is spoken by its result; [Chinese] cannot
// be spoken.
//
// # What a picture is worth
//
// It makes each try of a script cost something; it is no wall. Whoever labels
// some thousands of pictures and trains a network on them reads a good part, as
// docs/benchmarks.md shows with figures, and people are paid to solve pictures
// for about a dollar a thousand. Limit what a solved picture buys.
package captcha
