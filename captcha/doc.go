// Package captcha draws short answers as pictures that a person reads at a
// glance and a script does not.
//
// It knows nothing of ids, stores or HTTP: a [Style] and a random source go in,
// bytes come out. Whoever shows the picture remembers the answer.
//
//	painter, err := captcha.New(captcha.Style{})
//	answer, err := painter.Answer(rand.Reader)            // crypto/rand
//	picture, err := painter.Draw(answer, source, captcha.PNG)
//
// Two sources of chance are kept apart. [Painter.Answer] takes an [io.Reader],
// in production crypto/rand.Reader, because an answer is a secret.
// [Painter.Draw] takes a math/rand/v2 Source; give it a fresh one for each
// picture, for example a ChaCha8 seeded with 32 bytes of crypto/rand, since the
// picture's shape must not tell the shape of the next.
//
// # Pictures
//
// Each letter gets a font, a turn, a slant and a size of its own; neighbours
// touch or overlap a little, so that there is no gap to cut the word at. A wave
// runs through the whole word, and a ribbon through the letters, which turns
// ink to paper where they cross: the letters stay whole to the eye. The word is
// then fitted to the picture and cannot reach its edge.
//
// A PNG has a palette of a few steps from paper to ink. A JPEG is for pages
// that ask for one; it is larger and slower to make.
//
// # Answers
//
// An answer has capital letters and digits. The default alphabet leaves out
// look-alikes, and so should yours. Case never matters: fold what the visitor
// types to upper case before comparing.
//
// # What a picture is worth
//
// It makes each try of a script cost something; it is no wall. People are paid
// to solve pictures for about a dollar a thousand. Limit what a solved picture
// buys.
package captcha
