// Package redisaddr owns how the address of Redis is written: one host, or the several of a
// Redis Cluster. It opens nothing, and imports nothing of KKMovies.
package redisaddr

import (
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// Example is what an address looks like.
const Example = "redis://user:password@host:6379, or rediss:// for TLS; several hosts, redis://a:6379,b:6379,c:6379, are a Redis Cluster"

const (
	defaultPort = "6379"
	maxHosts    = 64
)

// Address is where Redis is.
type Address struct {
	Hosts    []string // host:port each
	Cluster  bool     // the hosts are nodes of one
	Database int      // of a single Redis
	User     string
	Password string
	TLS      *tls.Config // nil without
}

// Its errors quote nothing of an address, which may hold a password.
var (
	errScheme   = errors.New("it begins with redis:// or rediss://")
	errHosts    = errors.New("its hosts are host:port, comma-separated")
	errDatabase = errors.New("what follows the host is the number of a database, and a cluster has only one")
	errUser     = errors.New("user and password stand before the first host, with special characters %-encoded")
	errMore     = errors.New("nothing follows the hosts and the database")
)

// Parse reads an address.
func Parse(text string) (Address, error) {
	var a Address
	scheme, rest, ok := strings.Cut(text, "://")
	switch {
	case ok && scheme == "redis":
	case ok && scheme == "rediss":
		a.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	default:
		return Address{}, errScheme
	}
	if strings.ContainsAny(rest, "?#") {
		return Address{}, errMore
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		if err := a.login(rest[:at]); err != nil {
			return Address{}, err
		}
		rest = rest[at+1:]
	}
	hosts, database, _ := strings.Cut(rest, "/")
	for host := range strings.SplitSeq(hosts, ",") {
		if err := a.add(host); err != nil {
			return Address{}, err
		}
	}
	a.Cluster = len(a.Hosts) > 1
	if database != "" {
		n, err := strconv.ParseUint(database, 10, 16)
		if err != nil || a.Cluster && n != 0 {
			return Address{}, errDatabase
		}
		a.Database = int(n)
	}
	return a, nil
}

func (a *Address) login(text string) error {
	user, password, _ := strings.Cut(text, ":")
	var errs [2]error
	a.User, errs[0] = url.PathUnescape(user)
	a.Password, errs[1] = url.PathUnescape(password)
	if errors.Join(errs[:]...) != nil || a.User != "" && a.Password == "" {
		return errUser
	}
	return nil
}

func (a *Address) add(text string) error {
	host, port, err := net.SplitHostPort(text)
	if err != nil { // most are without a port; what is not one fails once more
		host, port, err = net.SplitHostPort(text + ":" + defaultPort)
	}
	if n, errPort := strconv.ParseUint(port, 10, 16); err != nil || errPort != nil || n == 0 {
		return errHosts
	}
	if host == "" || strings.ContainsAny(host, " \t\r\n%@") || len(host) > 253 || len(a.Hosts) == maxHosts {
		return errHosts
	}
	a.Hosts = append(a.Hosts, net.JoinHostPort(host, port))
	return nil
}

// String says where Redis is, without the password.
func (a Address) String() string { return strings.Join(a.Hosts, ", ") }
