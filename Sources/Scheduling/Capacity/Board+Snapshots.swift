internal import Fleet

extension Board {
  /// The hosts as the board has them now, for explanations.
  var snapshots: [HostSnapshot] {
    hosts.indices.map { position in
      var host = hosts[position]
      let before = Set(host.vms.map(\.name))
      let now = Set(seated[position].map { vms[$0].name })
      for name in before.subtracting(now).sorted() { host = host.removing(name) }
      for vm in seated[position] where !before.contains(vms[vm].name) {
        if case .admitted(let after) = host.adding(placed[vm]) { host = after }
      }
      return host
    }
  }
}
