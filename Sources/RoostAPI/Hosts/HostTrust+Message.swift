package import Fleet
package import RoostProto

extension HostTrust: MessageDecodable {
  package init(_ message: Roost_V1_Trust, at path: FieldPath) throws(FleetError) {
    try Self.check(message.diskRoots, path, "disk_roots")
    guard message.pools.count <= Self.wireLimit, message.grants.count <= Self.wireLimit else {
      throw path.invalid("grants", "has too many entries")
    }
    var grants: [HostPrivilege.Kind: Grant] = [:]
    for (key, grant) in message.grants {
      try Self.check(grant.listed, path, "grants")
      let value: Grant = grant.everything ? .everything : grant.listed.isEmpty ? .nothing : .only(grant.listed)
      grants[HostPrivilege.Kind(rawValue: key)] = value
    }
    self.init(
      diskRoots: message.diskRoots, pools: message.pools, grants: grants,
      unmanagedConsoles: message.unmanagedConsoles, destroyAdopted: message.destroyAdopted, file: message.file,
      fault: message.fault)
  }

  /// The most entries of a list that are accepted.
  private static let wireLimit = 1024

  private static func check(_ texts: [String], _ path: FieldPath, _ name: String) throws(FleetError) {
    guard texts.count <= wireLimit, texts.allSatisfy({ $0.utf8.count <= 4096 }) else {
      throw path.invalid(name, "has too many entries, or one that is too long")
    }
  }

  /// The trust as the wire carries it.
  package var message: Roost_V1_Trust {
    var result = Roost_V1_Trust()
    result.diskRoots = diskRoots
    result.pools = pools
    for (kind, grant) in grants {
      var wire = Roost_V1_Trust.Grant()
      switch grant {
      case .nothing: continue
      case .everything: wire.everything = true
      case .only(let listed): wire.listed = listed
      }
      result.grants[kind.rawValue] = wire
    }
    result.unmanagedConsoles = unmanagedConsoles
    result.destroyAdopted = destroyAdopted
    result.file = file
    result.fault = fault
    return result
  }
}
