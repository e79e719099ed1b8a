package captcha

import "encoding/binary"

// wavHeader is the number of bytes before the first sample.
const wavHeader = 44

// encodeWAV returns a track as a WAV file of one channel with 8-bit PCM.
//
// Every browser plays PCM of 8 bits, the oldest form of a WAV. Mu-law has the
// same size and finer steps for what is quiet, but is decoded by fewer players,
// and there is nothing quiet here: the background covers the steps of 8 bits
// (it is ten times louder than their error) and dithers them. Forms with four
// bits a sample do not play in every browser.
func encodeWAV(track []int16) []byte {
	n := uint32(len(track)) //nolint:gosec // at most maxTrack
	wav := make([]byte, wavHeader+len(track))
	le := binary.LittleEndian
	copy(wav, "RIFF")
	le.PutUint32(wav[4:], wavHeader-8+n)
	copy(wav[8:], "WAVEfmt ")
	le.PutUint32(wav[16:], 16)         // bytes in this chunk
	le.PutUint16(wav[20:], 1)          // PCM
	le.PutUint16(wav[22:], 1)          // channels
	le.PutUint32(wav[24:], sampleRate) // samples a second
	le.PutUint32(wav[28:], sampleRate) // bytes a second
	le.PutUint16(wav[32:], 1)          // bytes a moment
	le.PutUint16(wav[34:], 8)          // bits a sample
	copy(wav[36:], "data")
	le.PutUint32(wav[40:], n)
	data := wav[wavHeader:][:len(track)]
	for i, sample := range track {
		// From half of full scale in 16 bits; the middle of 8 bits is 128.
		v := (int32(sample) + 1<<6) >> 7
		data[i] = byte(min(max(v, -128), 127) + 128)
	}
	return wav
}
