package crowd

import (
	"context"
	"encoding/json"
	"os"
	"testing"
	"time"

	"lectern-loadtest/relay"
	"lectern-loadtest/signalling"
)

// These tests play in a class of a running server, which LECTERN_LOADTEST_CLASS names as {"url", "code", "seat"}: an origin, a join code and the
// seat of its instructor. Without it they are skipped; the smoke scenario runs the same parts.
type realClass struct {
	URL  string          `json:"url"`
	Code string          `json:"code"`
	Seat signalling.Seat `json:"seat"`
}

func playInRealClass(t *testing.T, plays Plays) (*Class, *Instructor) {
	t.Helper()
	raw := os.Getenv("LECTERN_LOADTEST_CLASS")
	if raw == "" {
		t.Skip("LECTERN_LOADTEST_CLASS names no class")
	}
	var given realClass
	if err := json.Unmarshal([]byte(raw), &given); err != nil {
		t.Fatal(err)
	}
	class, err := NewClass(given.URL, given.Code, "", NewMeter())
	if err != nil {
		t.Fatal(err)
	}
	teacher := NewInstructor(t.Context(), class, &given.Seat)
	if err := teacher.Teach(t.Context(), plays); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(teacher.End)
	return class, teacher
}

func enter(t *testing.T, class *Class, plan Plan, count int) *Crowd {
	t.Helper()
	crowd := NewCrowd(context.Background(), class, plan)
	t.Cleanup(crowd.Leave)
	if joined := crowd.Enter(t.Context(), count, time.Duration(count)*50*time.Millisecond); joined != count {
		t.Fatalf("%d of %d joined: %v", joined, count, class.Meter.Failures())
	}
	return crowd
}

func within(t *testing.T, span time.Duration, what string, holds func() bool) {
	t.Helper()
	if !soon(span, holds) {
		t.Fatalf("not within %s: %s", span, what)
	}
}

func soon(span time.Duration, holds func() bool) bool {
	for end := time.Now().Add(span); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}

func TestTheServerKnowsTheLinkOfWhoReceives(t *testing.T) {
	class, _ := playInRealClass(t, Plays{Ptime: 20 * time.Millisecond, VideoBitsPerSecond: 400_000})
	crowd := enter(t, class, Plan{Video: 1, Prefix: "Seeing"}, 2)
	student := crowd.Students()[0]
	var stats struct {
		RttMs, LossShare *float64
		AvailableKbps    *float64
		Consumers        []json.RawMessage
	}
	within(t, 15*time.Second, "a round trip known by receiver reports", func() bool {
		if err := student.ask(t.Context(), "link-stats", nothing{}, &stats); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		return stats.RttMs != nil
	})
	t.Logf("%.1f ms, loss %v, available %v kbit/s, %s", *stats.RttMs, stats.LossShare, stats.AvailableKbps, stats.Consumers)
	totals := class.Meter.Totals()
	if totals.VideoExpected == 0 || totals.VideoLost > 0 {
		t.Errorf("%+v", totals)
	}
	if asked := class.Meter.Group("").KeyFramesAsked.Load(); asked > 2 && totals.Recovered == 0 {
		t.Errorf("%d key frames were asked for on a path without loss", asked)
	}
}

func TestWhoRoamsHearsAgainSoonOverTheNewPath(t *testing.T) {
	class, _ := playInRealClass(t, Plays{Ptime: 20 * time.Millisecond})
	crowd := enter(t, class, Plan{Contribute: 1, Prefix: "Roaming"}, 3)
	group := crowd.Group()
	time.Sleep(time.Second)
	for _, student := range crowd.Students() {
		if err := student.Roam(); err != nil {
			t.Fatal(err)
		}
	}
	within(t, 10*time.Second, "everybody hears again", func() bool { return group.Outage.Count() == 3 })
	t.Logf("outage up to %s, reconnect up to %s", group.Outage.Max(), group.Reconnect.Max())
	if group.Totals().Hearing != 3 || group.Contributors.Load() != 3 {
		t.Errorf("%d hear, %d contribute: %v", group.Totals().Hearing, group.Contributors.Load(), class.Meter.Failures())
	}
	if len(class.Meter.Failures()) > 0 {
		t.Error(class.Meter.Failures())
	}
}

func TestAHandIsInvitedToTheStageAndEverybodyHearsIt(t *testing.T) {
	class, teacher := playInRealClass(t, Plays{Ptime: 20 * time.Millisecond})
	crowd := enter(t, class, Plan{OnStage: true, Prefix: "Speaking"}, 3)
	student := crowd.Students()[0]
	student.turnHand(t.Context())
	within(t, 10*time.Second, "the hand is seen and invited", func() bool {
		invited, err := teacher.InviteFirst(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return invited
	})
	within(t, 10*time.Second, "the student is on the stage", func() bool { return crowd.OnStage() == 1 })
	others := crowd.Students()[1:]
	within(t, 10*time.Second, "the others receive two sounds", func() bool {
		for _, other := range others {
			heard := 0
			for _, in := range *other.media.Load().streams.Load() {
				if in.audio() && in.counted().expected > 10 {
					heard++
				}
			}
			if heard < 2 {
				return false
			}
		}
		return true
	})
	crowd.LeaveStage(t.Context())
	within(t, 10*time.Second, "one sound is left", func() bool { return len(*others[0].media.Load().streams.Load()) == 1 })
	if len(class.Meter.Failures()) > 0 {
		t.Error(class.Meter.Failures())
	}
}

func TestALineOfChatArrivesAtEverybody(t *testing.T) {
	class, _ := playInRealClass(t, Plays{Ptime: 20 * time.Millisecond})
	crowd := enter(t, class, Plan{Prefix: "Writing"}, 4)
	crowd.Act(t.Context(), Acts{Chats: 4, Hands: 4, Reactions: 8}, 3*time.Second)
	group := crowd.Group()
	t.Cleanup(func() {
		t.Logf("%d lines sent, %d received by four; refused %v", group.ChatSent.Load(), group.ChatReceived.Load(), group.Refusals())
	})
	within(t, 5*time.Second, "every line arrives", func() bool {
		return group.ChatSent.Load() > 5 && group.ChatReceived.Load() == 4*group.ChatSent.Load()
	})
	t.Logf("%d lines, p95 %s; %d hands, %d reactions; refused %v", group.ChatSent.Load(), group.ChatLatency.Quantile(0.95),
		group.HandsRaised.Load(), group.ReactionsSent.Load(), group.Refusals())
	if group.HandsRaised.Load() == 0 || group.ReactionsSent.Load() == 0 {
		t.Error("no hands or reactions")
	}
}

func TestPicturesLoseNothingOverALossyPathForLostPacketsComeAgain(t *testing.T) {
	class, _ := playInRealClass(t, Plays{Ptime: 20 * time.Millisecond, VideoBitsPerSecond: 400_000})
	bad := relay.Conditions{LossShare: 0.03, Delay: 20 * time.Millisecond, Jitter: 5 * time.Millisecond}
	network := relay.NewNetwork(bad, bad, 1)
	t.Cleanup(network.Close)
	crowd := enter(t, class, Plan{Video: 1, Prefix: "Lossy", Through: network.Through}, 2)
	t.Cleanup(func() {
		t.Logf("%+v, %d key frames asked", class.Meter.Totals(), crowd.Group().KeyFramesAsked.Load())
	})
	within(t, 30*time.Second, "of sound more than 0.01 is lost, of pictures less than 0.005, since they come again", func() bool {
		totals := class.Meter.Totals()
		lossOfSound := float64(totals.AudioLost) / float64(totals.AudioExpected)
		lossOfPictures := float64(totals.VideoLost) / float64(totals.VideoExpected)
		many := totals.AudioExpected > 500 && totals.VideoExpected > 500
		return many && lossOfSound > 0.01 && lossOfPictures < 0.005 && totals.Recovered > 0
	})
}

func TestWhoDoesNotReadGetsASnapshotInPlaceOfAQueue(t *testing.T) {
	class, _ := playInRealClass(t, Plays{Ptime: 60 * time.Millisecond})
	writers := enter(t, class, Plan{Prefix: "Writing"}, 12)
	slow := enter(t, class, Plan{Group: "slow", SlowReaders: true, Prefix: "Slow"}, 1)
	within(t, 30*time.Second, "a page of the chat is full of long lines", func() bool {
		writers.Act(t.Context(), Acts{Chats: 30, ChatCharacters: 2000}, time.Second)
		return writers.Group().ChatSent.Load() >= 50
	})
	before := slow.Group().Totals().BytesReceived
	// How soon it counts as slow is the server's and the machine's matter: it reads nothing until that was seen.
	within(t, time.Minute, "who does not read is given a snapshot", func() bool {
		slow.StopReading(t.Context(), 8*time.Second)
		return soon(5*time.Second, func() bool { return slow.Group().Snapshots.Load() > 0 })
	})
	t.Logf("%d bytes, disconnects %d, %v", slow.Group().Totals().BytesReceived-before, slow.Group().Disconnects.Load(), class.Meter.Failures())
}

func TestEachFloodIsCutAndNobodyElseIs(t *testing.T) {
	class, _ := playInRealClass(t, Plays{Ptime: 20 * time.Millisecond})
	others := enter(t, class, Plan{Contribute: 1, Group: "inside", Prefix: "Inside"}, 5)
	watch := others.Watch()
	for flood, perSecond := range map[Flood]float64{FloodOfFrames: 1000, FloodOfDatagrams: 600, FloodOfPackets: 4000, FloodOfGarbage: 200} {
		flooding := enter(t, class, Plan{Contribute: 1, Group: string(flood), Prefix: "Flooding"}, 2)
		of := flooding.Group()
		// How soon each is cut is judged where nothing else keeps the machine busy: by the scenario `unruly`.
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		go func() {
			defer cancel()
			for of.Cut.Count() < 2 && ctx.Err() == nil {
				time.Sleep(50 * time.Millisecond)
			}
		}()
		cut := flooding.Flood(ctx, flood, perSecond, 30*time.Second)
		t.Logf("%s: %d sent, %d cut, at most after %s, refused %v", flood, of.Flooded.Load(), cut, of.Cut.Max(), of.Refusals())
		if cut != 2 {
			t.Errorf("%s: %d of two cut", flood, cut)
		}
		flooding.Leave()
	}
	if heard := watch.HeardByUndisturbed(); heard.People != 5 || others.Group().Disconnects.Load() > 0 || others.Group().LinksEnded.Load() > 0 {
		t.Errorf("%d of five heard all of it on the link with which they came; %d connections lost, %d links ended",
			heard.People, others.Group().Disconnects.Load(), others.Group().LinksEnded.Load())
	}
}

func TestALinkIsCountedThatTheServerCutsThoughItsOwnerDoesNotFlood(t *testing.T) {
	class, _ := playInRealClass(t, Plays{Ptime: 20 * time.Millisecond})
	for flood, perSecond := range map[Flood]float64{FloodOfPackets: 4000, FloodOfDatagrams: 600} {
		crowd := enter(t, class, Plan{Contribute: 1, Group: "cut with " + string(flood), Prefix: "Cut"}, 1)
		student, group := crowd.Students()[0], crowd.Group()
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		// As a server sees it that takes what pages send for a flood: nobody here says that it is one.
		go student.flood(ctx, perSecond, student.pieceOf(flood))
		within(t, 30*time.Second, "the link that the server cuts counts", func() bool { return group.LinksEnded.Load() > 0 })
		cancel()
		if disturbed := student.disturbances.Load() > 0; disturbed != (flood == FloodOfPackets) {
			t.Errorf("%s: disturbed is %t", flood, disturbed)
		}
		crowd.Leave()
	}
}
