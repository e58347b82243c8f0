package signalling

import (
	"slices"
	"testing"
)

func TestObjectsOfAListAreTakenInOrder(t *testing.T) {
	for list, want := range map[string][]string{
		`{"type":"a"}]`: {`{"type":"a"}`},
		`{"type":"a","b":{"c":[1,{}]}},{"type":"b"}]`: {`{"type":"a","b":{"c":[1,{}]}}`, `{"type":"b"}`},
		`{"text":"}],{\"\\"},{"text":"ü"}]`:           {`{"text":"}],{\"\\"}`, `{"text":"ü"}`},
		`{"cut":"`:                                    nil,
		`]`:                                           nil,
		``:                                            nil,
	} {
		var got []string
		for body := range objects([]byte(list)) {
			got = append(got, string(body))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s gave %q", list, got)
		}
	}
}
