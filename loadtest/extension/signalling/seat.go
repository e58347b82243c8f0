package signalling

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// Seat is one person's place in one class.
type Seat struct {
	ClassID    string `json:"classId"`
	SeatID     string `json:"seatId"`
	SeatSecret string `json:"seatSecret"`
	Name       string `json:"name"`
}

// TakeSeat takes a guest's seat over HTTP, as the join page does. `token` lifts the limits by address for a load test; it may be empty.
func TakeSeat(ctx context.Context, client *http.Client, origin, joinCode, name, token string) (*Seat, error) {
	body, err := json.Marshal(map[string]string{"name": name})
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, origin+"/api/join/"+joinCode, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Origin", origin)
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(response.Body, 64*1024))
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusCreated {
		refused := &Error{}
		if json.Unmarshal(raw, refused) == nil && refused.Code != "" {
			return nil, refused
		}
		return nil, fmt.Errorf("HTTP %d: %.200s", response.StatusCode, raw)
	}
	seat := &Seat{}
	return seat, json.Unmarshal(raw, seat)
}
