package cli

import (
	"encoding/binary"
	"net/netip"
	"syscall"
)

// localAddresses lists the addresses of the interfaces that are up, for
// `Match localnetwork`. The kernel is asked by netlink, as package net does.
func localAddresses() []netip.Addr {
	up := map[uint32]bool{}
	eachMessage(syscall.RTM_GETLINK, func(m *syscall.NetlinkMessage) {
		if len(m.Data) >= syscall.SizeofIfInfomsg {
			index, flags := binary.NativeEndian.Uint32(m.Data[4:8]), binary.NativeEndian.Uint32(m.Data[8:12])
			up[index] = flags&syscall.IFF_UP != 0
		}
	})
	var out []netip.Addr
	eachMessage(syscall.RTM_GETADDR, func(m *syscall.NetlinkMessage) {
		if len(m.Data) < syscall.SizeofIfAddrmsg || !up[binary.NativeEndian.Uint32(m.Data[4:8])] {
			return
		}
		attrs, err := syscall.ParseNetlinkRouteAttr(m)
		if err != nil {
			return
		}
		if a, ok := addressOf(attrs); ok {
			out = append(out, a)
		}
	})
	return out
}

// addressOf prefers the interface's own address to that of its peer.
func addressOf(attrs []syscall.NetlinkRouteAttr) (netip.Addr, bool) {
	var found netip.Addr
	for _, a := range attrs {
		local := a.Attr.Type == syscall.IFA_LOCAL
		if !local && (a.Attr.Type != syscall.IFA_ADDRESS || found.IsValid()) {
			continue
		}
		if ip, ok := netip.AddrFromSlice(a.Value); ok {
			found = ip
		}
	}
	return found, found.IsValid()
}

func eachMessage(kind int, f func(*syscall.NetlinkMessage)) {
	table, err := syscall.NetlinkRIB(kind, syscall.AF_UNSPEC)
	if err != nil {
		return
	}
	messages, err := syscall.ParseNetlinkMessage(table)
	if err != nil {
		return
	}
	for i := range messages {
		f(&messages[i])
	}
}
