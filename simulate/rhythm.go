package simulate

import (
	"math/rand/v2"
	"time"
)

// china is UTC+8 the whole year.
var china = time.FixedZone("UTC+8", 8*60*60)

// begin is when every simulation begins: midnight in China, a Monday.
var begin = time.Date(2026, time.March, 2, 0, 0, 0, 0, china)

// hours is how busy each full hour of a day is, from midnight on: a low before dawn, a peak in the evening.
var hours = [24]float64{
	0.50, 0.28, 0.16, 0.10, 0.09, 0.14, 0.35, 0.65, 0.95, 1.15, 1.25, 1.25,
	1.30, 1.20, 1.10, 1.10, 1.15, 1.20, 1.35, 1.60, 1.85, 1.90, 1.55, 0.98,
}

// busiest is the rate of the busiest hour where the mean is 1.
var busiest = func() float64 {
	most, sum := 0.0, 0.0
	for _, h := range hours {
		most, sum = max(most, h), sum+h
	}
	return most / (sum / float64(len(hours)))
}()

// rate is how busy a moment is, where the mean of a day is 1. It is a line between full hours.
func rate(at time.Time) float64 {
	at = at.In(china)
	part := float64(at.Minute())/60 + float64(at.Second())/3600
	before, after := hours[at.Hour()], hours[(at.Hour()+1)%24]
	most := hours[21]
	return (before + (after-before)*part) / most * busiest
}

// arrival returns the first arrival after a moment, where perHour arrive on average over a day. It thins a Poisson
// process of the busiest hour's rate.
func arrival(after time.Time, perHour float64, random *rand.Rand) time.Time {
	for {
		after = after.Add(apart(perHour*busiest, random))
		if random.Float64()*busiest < rate(after) {
			return after
		}
	}
}

// apart is the time between two events of a Poisson process.
func apart(perHour float64, random *rand.Rand) time.Duration {
	return time.Duration(random.ExpFloat64() / perHour * float64(time.Hour))
}
