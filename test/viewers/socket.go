package viewers

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// socket is a client's end of a WebSocket (RFC 6455), by hand: thousands of an ordinary client's
// would cost the test as much as the server that is measured. It sends text in one frame, masked
// with zeros, which is as good as any mask, and takes messages of one frame without compression.
type socket struct {
	conn net.Conn
	in   *bufio.Reader

	mu  sync.Mutex
	out []byte
}

const (
	opText  = 1
	opClose = 8
	opPing  = 9
	opPong  = 10

	writeWithin = 5 * time.Second
	mostMessage = 4 << 20
)

// Closed is how the server ended a connection.
type Closed struct {
	Code   int
	Reason string
}

func (c *Closed) Error() string { return fmt.Sprintf("closed with %d %s", c.Code, c.Reason) }

// dial opens one to /api/realtime of a host, from this address when it is not nil.
func dial(ctx context.Context, host string, from net.IP, token string) (*socket, error) {
	dialer := net.Dialer{}
	if from != nil {
		dialer.LocalAddr = &net.TCPAddr{IP: from}
	}
	conn, err := dialer.DialContext(ctx, "tcp", host)
	if err != nil {
		return nil, err
	}
	s := &socket{conn: conn, in: bufio.NewReaderSize(conn, 1<<10)}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	err = s.shake(host, token)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return s, nil
}

func (s *socket) shake(host, token string) error {
	_, err := fmt.Fprintf(s.conn, "GET /api/realtime HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer %s\r\n\r\n", host, token)
	if err != nil {
		return err
	}
	answer, err := http.ReadResponse(s.in, nil)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusSwitchingProtocols {
		said, _ := io.ReadAll(io.LimitReader(answer.Body, 1<<10))
		return fmt.Errorf("the live connection is answered %s: %s", answer.Status, said)
	}
	return nil
}

func (s *socket) write(op byte, message []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out = append(s.out[:0], 0x80|op)
	switch n := len(message); {
	case n < 126:
		s.out = append(s.out, 0x80|byte(n))
	case n < 1<<16:
		s.out = binary.BigEndian.AppendUint16(append(s.out, 0x80|126), uint16(n))
	default:
		s.out = binary.BigEndian.AppendUint64(append(s.out, 0x80|127), uint64(n))
	}
	s.out = append(append(s.out, 0, 0, 0, 0), message...)
	_ = s.conn.SetWriteDeadline(time.Now().Add(writeWithin)) // only a closed one's cannot be set
	_, err := s.conn.Write(s.out)
	return err
}

// read returns the next message, in buffer where it fits. Pings are answered.
func (s *socket) read(buffer []byte) ([]byte, error) {
	for {
		op, body, err := s.frame(buffer)
		switch {
		case err != nil:
			return nil, err
		case op == opText:
			return body, nil
		case op == opPing:
			if err := s.write(opPong, body); err != nil {
				return nil, err
			}
		case op == opClose && len(body) >= 2:
			return nil, &Closed{int(binary.BigEndian.Uint16(body)), string(body[2:])}
		case op == opClose:
			return nil, &Closed{Code: 1005} // it gave none
		case op != opPong:
			return nil, fmt.Errorf("the server sent a frame of kind %d", op)
		}
	}
}

func (s *socket) frame(buffer []byte) (op byte, body []byte, err error) {
	var head [2]byte
	if _, err := io.ReadFull(s.in, head[:]); err != nil {
		return 0, nil, err
	}
	const whole, masked = 0x80, 0x80
	if head[0]&0xf0 != whole || head[1]&masked != 0 {
		return 0, nil, fmt.Errorf("the server sent a frame that begins with %x", head)
	}
	size := uint64(head[1])
	if more := map[uint64]int{126: 2, 127: 8}[size]; more > 0 {
		var length [8]byte
		if _, err := io.ReadFull(s.in, length[8-more:]); err != nil {
			return 0, nil, err
		}
		size = binary.BigEndian.Uint64(length[:])
	}
	if size > mostMessage {
		return 0, nil, fmt.Errorf("the server sent a message of %d bytes", size)
	}
	if uint64(cap(buffer)) < size {
		buffer = make([]byte, size)
	}
	_, err = io.ReadFull(s.in, buffer[:size])
	return head[0] & 0x0f, buffer[:size], err
}
