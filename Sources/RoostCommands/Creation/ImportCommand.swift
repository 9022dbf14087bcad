internal import ArgumentParser
internal import Fleet
internal import RoostAPI
internal import RoostProto
internal import SwiftProtobuf

/// `roost import`
struct ImportCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Make a VM from a libvirt domain XML, as it is.",
    discussion: """
      Emulator, machine type and accelerator become the host's; MAC addresses are kept if they are free; VNC listens \
      on loopback, since a coordinator's tunnel reaches it there: roost vnc NAME.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var wait: WaitOptions
  @OptionGroup var placement: PlacementOptions
  @OptionGroup var constraints: ConstraintOptions

  @Option(help: ArgumentHelp("Make the disk files it names, this large.", valueName: "size"))
  var createDisks: String?

  @Option(help: ArgumentHelp("A library image in its drive.", valueName: "image"), completion: .images)
  var cdrom: String?

  @Flag(name: .long, help: "Add a serial device, which `roost console` needs.")
  var addSerial = false

  @Flag(name: .long, help: "Give new MAC addresses instead of the document's.")
  var newMacs = false

  @Flag(name: .long, help: "Take the document's MAC addresses out of quarantine: nothing else uses them any more.")
  var reclaim = false

  @Flag(name: .long, help: "Let VNC listen where the document says.")
  var keepVncListen = false

  @Option(help: ArgumentHelp("Another name than the document's.", valueName: "name"))
  var name: String?

  @Option(help: "Hardware acceleration: required, preferred or none.", transform: AccelerationPreference.init(flag:))
  var acceleration: AccelerationPreference?

  @Argument(help: "The domain XML, or - for standard input.", completion: .file(extensions: ["xml"]))
  var file: String

  func run(in environment: CommandEnvironment) async throws {
    let document = try InputFile(path: file).text()
    let size = try createDisks.map { try ByteCount(parsing: $0) }
    if let size, size == .zero { throw FleetError.usage("--create-disks makes disks of 1MiB or more") }
    let wanted = try constraints.constraints()
    guard !reclaim || !newMacs else {
      throw FleetError.usage("--reclaim keeps the document's addresses, --new-macs does not")
    }
    let request = Roost_V1_ImportVMRequest.with {
      $0.requestID = environment.newRequestID()
      $0.document = document
      $0.createDisksBytes = UInt64(clamping: size?.bytes ?? 0)
      $0.cdrom = cdrom ?? ""
      $0.addSerial = addSerial
      $0.newMacs = newMacs
      $0.reclaim = reclaim
      $0.keepVncListen = keepVncListen
      $0.host = placement.host ?? ""
      $0.start = !placement.noStart
      $0.dryRun = placement.dryRun
      $0.name = name ?? ""
      $0.acceleration = acceleration?.rawValue ?? ""
      $0.policy = placement.policy?.rawValue ?? ""
      if !wanted.isEmpty { $0.constraints = wanted.message }
    }
    try await environment.withFleet(connection) { fleet in
      let creation = CreateReport(
        follower: OperationFollower(
          client: fleet, environment: environment, connection: connection, output: output, noWait: wait.noWait))
      let response = try await answer(to: request, from: fleet)
      let found = [response.vm.name, response.name, name ?? ""].first { !$0.isEmpty } ?? file
      try await creation.finish(response, name: found, dryRun: placement.dryRun)
    }
  }

  /// What the coordinator makes of the document; what is wrong with that names the file.
  private func answer(
    to request: Roost_V1_ImportVMRequest, from fleet: FleetClient
  ) async throws -> Roost_V1_CreateVMResponse {
    do {
      return try await fleet.vms.importVM(request, options: fleet.brief)
    } catch {
      var failure = fleet.explain(error)
      if failure.code == .invalid { failure.message = "\(InputFile(path: file).label): \(failure.message)" }
      throw failure
    }
  }
}
