/// A host of the fleet, as the database keeps it.
package struct Host: Hashable, Sendable {
  /// Its identity, which its certificate carries.
  package var id: HostID
  /// Its name, unique in the fleet.
  package var name: String
  /// libvirt's host UUID; a machine joins only once.
  package var machineID: String
  /// True if an administrator has closed it for new VMs.
  package var cordoned: Bool
  /// Labels.
  package var labels: [String: String]
  /// When it joined.
  package var joinedAt: Timestamp
  /// When its present certificate ends.
  package var certificateExpiresAt: Timestamp
  /// What the fleet may reserve of it, by its last report; nil before the first one.
  package var capacity: HostCapacity?
  /// When an administrator revoked it, or nil.
  package var revokedAt: Timestamp?
  /// True if its claims about VMs are ignored.
  package var isDisregarded: Bool

  /// Makes a host.
  package init(
    id: HostID, name: String, machineID: String, cordoned: Bool = false, labels: [String: String] = [:],
    joinedAt: Timestamp, certificateExpiresAt: Timestamp, capacity: HostCapacity? = nil,
    revokedAt: Timestamp? = nil, isDisregarded: Bool = false
  ) {
    self.id = id
    self.name = name
    self.machineID = machineID
    self.cordoned = cordoned
    self.labels = labels
    self.joinedAt = joinedAt
    self.certificateExpiresAt = certificateExpiresAt
    self.capacity = capacity
    self.revokedAt = revokedAt
    self.isDisregarded = isDisregarded
  }
}

/// Whether a host can take work.
package enum HostState: String, Hashable, Sendable, CaseIterable {
  /// Its agent is connected and its libvirt answers.
  case ready
  /// As ready, but an administrator has closed it for new VMs.
  case cordoned
  /// As cordoned, and its VMs are being moved away. Planned: no fleet sets it yet, a file for `plan` may.
  case draining
  /// Its agent is connected, and its libvirt answers some calls and blocks others.
  case degraded
  /// Its agent is connected; its libvirt does not answer.
  case libvirtDown = "libvirt-down"
  /// Its agent is not connected; its guests may well run.
  case unreachable
  /// An administrator has confirmed that it is off. Planned: no fleet sets it yet, a file for `plan` may.
  case fenced
  /// An administrator revoked its agent; its guests may well run.
  case revoked
}
