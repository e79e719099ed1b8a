package e2e_test

import (
	"slices"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// clusterFaults happen to a Redis Cluster of three masters with a replica each, where they hurt most: in the slot that all
// budgets lie in.
func clusterFaults() []fault {
	const tag = "guard"
	var killed *redistest.Server
	open := func(settings ...string) func(w *world) *site {
		return func(w *world) *site {
			cluster := redistest.StartReplicatedCluster(w.t, 3)
			s := newSite(w, cluster.All()...)
			s.cluster = cluster
			return s.open(cluster.URL(), 2, settings...)
		}
	}
	return []fault{
		{
			name: "ClusterMaster", title: "Cluster: the master of all budgets is killed; its replica, alone then, takes over; it comes back",
			open: open(waitsForOne),
			inject: func(t *testing.T, s *site) {
				killed = s.cluster.On(t, tag)
				killed.Stop(t)
				s.injected = time.Now()
				s.isFailing(t, 20)
				s.awaits(t, "the replica to be the master", s.cluster.Replica(killed).IsMaster)
			},
			heal: func(t *testing.T, _ *site) { killed.Restart(t) }, // as a replica
			lost: "nothing, with `redis.wait_replicas = 1`",
		},
		{
			name: "ClusterSlot", title: "Cluster: the slot of all budgets moves", open: open(),
			inject: func(t *testing.T, s *site) {
				cluster := s.cluster
				from := cluster.On(t, tag)
				to := cluster.Servers[slices.IndexFunc(cluster.Servers, func(server *redistest.Server) bool { return server != from })]
				cluster.MoveSlot(t, tag, to)
				s.isAsked(t, 60)
			},
			heal: isOver,
		},
	}
}
