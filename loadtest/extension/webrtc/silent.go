package webrtc

import "github.com/pion/logging"

// silent keeps the libraries' own logs away from thousands of participants.
type silent struct{}

func (silent) NewLogger(string) logging.LeveledLogger {
	return logging.NewDefaultLeveledLoggerForScope("", logging.LogLevelDisabled, nil)
}
