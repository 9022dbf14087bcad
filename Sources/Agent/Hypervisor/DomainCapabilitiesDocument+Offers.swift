internal import DomainXML
internal import Fleet

extension DomainCapabilitiesDocument {
  /// What an emulator can do with one machine type, as ``HostFacts/offers`` names it.
  var offers: Set<String> {
    var found: Set<String> = []
    func add(_ kind: HostNeed.Kind, _ values: [String]) {
      found.insert("\(kind.rawValue)/")
      for value in values where value.utf8.count <= 64 { found.insert("\(kind.rawValue)/\(value)") }
    }
    add(.firmware, firmwares + (offersSecureBoot ? ["secure-boot"] : []))
    add(.tpm, tpmBackends)
    add(.tpmModel, tpmModels)
    add(.video, videoModels)
    add(.graphics, graphics.map(\.rawValue))
    add(.filesystem, filesystemDrivers)
    add(.diskBus, diskBuses.map(\.rawValue))
    add(.random, randomBackends)
    add(.launchSecurity, launchSecurity)
    // Released before 8.6 the document is silent about it.
    if !memorySources.isEmpty { add(.memorySource, memorySources) }
    return found
  }
}
