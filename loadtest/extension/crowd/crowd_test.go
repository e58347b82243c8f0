package crowd

import "testing"

func TestAShareOfManyIsAsManyAsItSays(t *testing.T) {
	for percent := int64(1); percent <= 100; percent++ {
		count := int64(0)
		for n := int64(1); n <= 100; n++ {
			if isAmong(n, float64(percent)/100) {
				count++
			}
		}
		if count != percent {
			t.Errorf("%d %% of a hundred are %d", percent, count)
		}
	}
}
