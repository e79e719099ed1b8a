package cattlegrid

// memHeap is the entries of a shard, the first to expire on top; see [container/heap]. Each entry knows its place.
type memHeap []*memEntry //nolint:recvcheck // container/heap wants both kinds of receiver

func (h memHeap) Len() int           { return len(h) }
func (h memHeap) Less(i, j int) bool { return h[i].until < h[j].until }

func (h memHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = int32(i), int32(j) //nolint:gosec // a shard has far fewer entries
}

func (h *memHeap) Push(x any) {
	e, _ := x.(*memEntry)
	e.place = int32(len(*h)) //nolint:gosec // a shard has far fewer entries
	*h = append(*h, e)
}

func (h *memHeap) Pop() any {
	last := len(*h) - 1
	e := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return e
}
