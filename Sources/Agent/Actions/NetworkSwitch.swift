internal import Fleet

/// Starts and stops libvirt's networks.
struct NetworkSwitch: Sendable {
  let hypervisor: any Hypervisor

  /// Starts or stops a network. Refuses to stop one that a running guest uses or may use, managed or not.
  ///
  /// The coordinator checks this too, but its data may be old.
  func perform(_ name: String, active: Bool) async throws {
    if !active {
      let bridge = try await hypervisor.networks().first { $0.name == name }?.bridge ?? ""
      let domains = try await hypervisor.domains()
      let user = domains.first { domain in
        let nics = domain.state.mayBeActive ? domain.configurations.flatMap(\.nics) : []
        return nics.contains { $0.network == name || (!bridge.isEmpty && $0.bridge == bridge) }
      }
      if let user {
        throw FleetError(
          .precondition, "network \"\(name.printable)\" is used by the domain \"\(user.name.printable)\", which runs",
          hint: "stop it first")
      }
      if let unasked = domains.first(where: { $0.unread != nil }), let unread = unasked.unread {
        throw FleetError(
          .precondition,
          "the domain \"\(unasked.name.printable)\" can't be asked whether it uses network \"\(name.printable)\": "
            + unread.reason.printable,
          hint: "see what is wrong with it, on the host: virsh dumpxml \(unasked.id)", retryable: true)
      }
    }
    try await hypervisor.setNetwork(name, active: active)
  }
}
