package engines

import (
	"bufio"
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	clusterNodes = 3
	clusterSlots = 16384
	clusterLimit = 60 * time.Second
)

// RedisCluster starts an empty Redis Cluster of the test's own, three masters without
// replicas, and returns its address: every node's host, comma-separated. It takes about two
// seconds until the nodes have agreed.
func RedisCluster(t testing.TB) (url string) {
	t.Helper()
	url, _ = MortalRedisCluster(t)
	return url
}

// MortalRedisCluster starts a Redis Cluster for a test that is about the end of its nodes.
func MortalRedisCluster(t testing.TB) (url string, nodes []*RedisServer) {
	t.Helper()
	var hosts, buses []string
	for range clusterNodes {
		var bus string
		nodes = append(nodes, startRedis(t, func() ([]string, error) {
			port, err := freePort() // else it is the port plus 10000, which may be no port at all
			bus = strconv.Itoa(port)
			return []string{
				"--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf",
				"--cluster-node-timeout", "1000", "--cluster-port", bus,
			}, err
		}))
		hosts, buses = append(hosts, nodes[len(nodes)-1].host()), append(buses, bus)
	}
	deadline := time.Now().Add(clusterLimit)
	for i, node := range nodes {
		first, next := clusterSlots*i/clusterNodes, clusterSlots*(i+1)/clusterNodes
		ask := func(command string) {
			t.Helper()
			if answer, err := inline(node.host(), command, deadline); err != nil || answer != "+OK" {
				t.Fatalf("a node of the Redis Cluster answered %s with %q, %v", command, answer, err)
			}
		}
		ask(fmt.Sprintf("CLUSTER SET-CONFIG-EPOCH %d", i+1))
		ask(fmt.Sprintf("CLUSTER ADDSLOTSRANGE %d %d", first, next-1))
		if i > 0 {
			ask(fmt.Sprintf("CLUSTER MEET 127.0.0.1 %d %s", nodes[0].port, buses[0]))
		}
	}
	for _, host := range hosts {
		awaitAgreement(t, host, deadline)
	}
	return "redis://" + strings.Join(hosts, ","), nodes
}

// awaitAgreement returns when a node knows all others and serves every slot.
func awaitAgreement(t testing.TB, host string, deadline time.Time) {
	t.Helper()
	known := fmt.Sprintf("cluster_known_nodes:%d", clusterNodes)
	for {
		info, err := inline(host, "CLUSTER INFO", deadline)
		if err == nil && strings.Contains(info, "cluster_state:ok") && strings.Contains(info, known) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the Redis Cluster's nodes did not agree within %s; one says %q, %v", clusterLimit, info, err)
		}
		time.Sleep(20 * time.Millisecond) // a node tells nobody when it has made up its mind
	}
}

// inline sends one command without any client and returns the answer's first line, or the
// text of a bulk answer.
func inline(host, command string, deadline time.Time) (string, error) {
	conn, err := net.DialTimeout("tcp", host, time.Until(deadline))
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if err := conn.SetDeadline(deadline); err != nil {
		return "", err
	}
	if _, err := fmt.Fprintf(conn, "%s\r\n", command); err != nil {
		return "", err
	}
	in := bufio.NewReader(conn)
	line, err := in.ReadString('\n')
	line = strings.TrimSpace(line)
	size, ok := strings.CutPrefix(line, "$")
	if err != nil || !ok {
		return line, err
	}
	var text strings.Builder
	for left, _ := strconv.Atoi(size); err == nil && text.Len() < left; {
		line, err = in.ReadString('\n')
		text.WriteString(line)
	}
	return text.String(), err
}
