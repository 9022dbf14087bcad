internal import Fleet
internal import Libvirt

extension ChangeFeed.Batch {
  /// Notes what an event of libvirt's is a hint of.
  mutating func add(_ event: Event) {
    switch event {
    case .domainLifecycle(let identity, _), .domainRebooted(let identity), .deviceAdded(let identity, _),
      .deviceRemoved(let identity, _), .metadataChanged(let identity, _):
      if let id = VMID(identity.uuid) { domains.insert(id) }
    case .networkLifecycle, .poolLifecycle: host = true
    case .connectionClosed: break
    case .overflow: everything = true
    }
  }
}
