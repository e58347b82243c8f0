package crowd

// MediaPorts are the server's UDP ports that a class goes through: each media worker has one.
type MediaPorts struct {
	// Stage is where the teacher publishes; zero while nobody does.
	Stage int
	// Listeners says how many students receive through each port.
	Listeners map[int]int
}

// MediaPorts of the class now.
func (c *Class) MediaPorts() MediaPorts {
	ports := MediaPorts{Listeners: map[int]int{}}
	for _, member := range c.present() {
		if p := member.stage.Load(); p != nil && member.staff {
			ports.Stage = p.link.ServerPort()
		}
		if r := member.media.Load(); r != nil && !member.staff {
			ports.Listeners[r.link.ServerPort()]++
		}
	}
	return ports
}
