internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import Scheduling

/// A VM to create: its spec, host and constraints.
struct VMRequest: Hashable, Sendable {
  /// The spec.
  var spec: VMSpec
  /// The only host allowed, or nil.
  var host: String?
  /// How to choose among hosts; nil for the fleet's default. Flags, files and messages name it `policy`.
  var strategy: PlacementStrategy?
  /// True to start it at once.
  var start = true
  /// The requirements on the host beyond the spec.
  var constraints = PlacementConstraints()
  /// True if chosen addresses may be taken out of quarantine.
  var reclaims = false
  /// True if it gets the fleet's default kind of VNC display, because it chooses none.
  var takesDefaultVNC = false

  /// The request for a decision without a coordinator.
  func placementRequest(byDefault other: PlacementStrategy) -> PlacementRequest {
    PlacementRequest(spec: spec, host: host, strategy: strategy ?? other, constraints: constraints)
  }

  /// The request for the coordinator.
  func request(id: String, dryRun: Bool) -> Roost_V1_CreateVMRequest {
    var request = Roost_V1_CreateVMRequest()
    request.requestID = id
    request.spec = spec.message
    request.host = host ?? ""
    request.policy = strategy?.rawValue ?? ""
    request.start = start
    request.dryRun = dryRun
    request.reclaim = reclaims
    request.defaultVnc = takesDefaultVNC
    if !constraints.isEmpty { request.constraints = constraints.message }
    return request
  }

  /// The VM as one of a batch.
  var item: Roost_V1_BatchItem {
    var item = Roost_V1_BatchItem()
    item.spec = spec.message
    item.host = host ?? ""
    item.policy = strategy?.rawValue ?? ""
    if !constraints.isEmpty { item.constraints = constraints.message }
    item.reclaim = reclaims
    item.defaultVnc = takesDefaultVNC
    item.start = start
    return item
  }
}

/// A disk to create; nil fields get defaults.
struct DiskRequest: Hashable, Sendable {
  var source: DiskSource?
  var size = ByteCount.zero
  var bus: String?
  var target: String?
  var format: ImageFormat?
  var path: String?

  /// The disk with its defaults: a new virtio disk of format qcow2.
  func spec(_ names: inout DiskTargetNames) -> DiskSpec {
    let bus = bus ?? "virtio"
    return DiskSpec(
      device: .disk, bus: bus, target: target ?? names.next(for: bus), format: format ?? .qcow2,
      source: source ?? .blank, path: path, size: size)
  }
}

/// Assigns device names such as `vda`, each once.
struct DiskTargetNames: Sendable {
  private var taken: Set<String>

  /// Starts with these names in use.
  init(taken: Set<String>) {
    self.taken = taken
  }

  /// The next free name on a bus; past `z` it repeats a name, and the spec is refused for that.
  mutating func next(for bus: String) -> String {
    let prefix =
      switch bus {
      case "virtio": "vd"
      case "ide": "hd"
      default: "sd"
      }
    let names = "abcdefghijklmnopqrstuvwxyz".map { "\(prefix)\($0)" }
    let name = names.first { !taken.contains($0) } ?? "\(prefix)z"
    taken.insert(name)
    return name
  }
}
