internal import ArgumentParser
internal import Fleet
internal import Platform
internal import RoostAPI
internal import RoostProto
internal import Scheduling
internal import SwiftProtobuf

/// `roost fit`
struct FitCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "fit", abstract: "Show how many more VMs of a size fit, where, and what limits them.",
    discussion: """
      Several sizes, each in the room that those before it leave: --size large=8:32GiB:100GiB --size small=2:4GiB. \
      Ends with 5 if none fits.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var planning: PlanningOptions

  @Option(help: ArgumentHelp("Virtual CPUs of one VM.", valueName: "count"))
  var vcpus: Int?

  @Option(help: ArgumentHelp("Memory of one VM.", valueName: "size"))
  var memory: String?

  @Option(help: ArgumentHelp("Disk of one VM.", valueName: "size"))
  var disk: String?

  @Option(help: ArgumentHelp("A size: [NAME=]VCPUS:MEMORY[:DISK]; may be repeated.", valueName: "size"))
  var size: [String] = []

  @Option(help: ArgumentHelp("How many hosts may fail afterwards while the others take their VMs.", valueName: "0|1|2"))
  var survive: Int?

  @Option(help: ArgumentHelp("A group of the file's rules that each VM belongs to.", valueName: "name"))
  var group: String?

  @Option(help: ArgumentHelp("Count with one more host like this one.", valueName: "host"))
  var like: String?

  func run(in environment: CommandEnvironment) async throws {
    let sizes = try sizes()
    guard (0...2).contains(survive ?? 0) else { throw FleetError.usage("--survive is 0, 1 or 2") }
    guard like == nil || sizes.count == 1 else { throw FleetError.usage("--like counts one size") }
    let (fits, elapsed) = try await count(sizes, in: environment)
    let trees = zip(sizes, fits).map { size, fit in
      fit.outputValue(elapsedSeconds: elapsed).adding(["size": .text(size.spec.name)])
    }
    if output.output == .csv {
      let rows = zip(sizes, fits).flatMap { $1.rows(of: $0.spec.name) }
      output.show(.listing(Fit.listing(rows)), in: environment)
    } else {
      let lines = zip(sizes, fits).flatMap { $1.lines(of: $0.spec.name) }
      let outputValue = trees.count == 1 ? trees[0] : .list(trees)
      output.show(.detail(Detail(name: "", lines: lines, outputValue: outputValue)), in: environment)
    }
    guard fits.contains(where: { $0.count > 0 }) else { throw CommandExit(status: .noHostFits) }
  }

  /// The counts of the sizes, and the seconds that counting took.
  private typealias Counts = (fits: [Fit], elapsed: Double)

  /// Counts on the file; or has the coordinator count, which has its hosts ready.
  private func count(_ sizes: [PlacementRequest], in environment: CommandEnvironment) async throws -> Counts {
    guard planning.fleet == nil else {
      return try count(sizes, on: try await planning.load(connection, in: environment), environment)
    }
    return try await environment.withFleet(connection) { client in
      do {
        let answer = try await client.planning.countFit(request(sizes), options: client.brief)
        return (try Fit.fits(answer), answer.elapsedSeconds)
      } catch {
        // An older coordinator does not know the call, and another may have no time for it or take fewer sizes.
        let code = client.explain(error).code
        guard [.unsupported, .exhausted, .timedOut, .invalid].contains(code) else { throw error }
        return try count(sizes, on: try await FleetFile(of: client), environment)
      }
    }
  }

  private func request(_ sizes: [PlacementRequest]) -> Roost_V1_CountFitRequest {
    .with { request in
      request.sizes = sizes.map { size in
        .with {
          $0.spec = size.spec.message
          $0.constraints = size.constraints.message
        }
      }
      if let survive { request.survive = UInt32(clamping: survive) }
      request.like = like ?? ""
    }
  }

  private func count(
    _ sizes: [PlacementRequest], on fleet: FleetFile, _ environment: CommandEnvironment
  ) throws(FleetError) -> Counts {
    let survive = survive ?? fleet.policy.survive
    guard (0...2).contains(survive) else { throw FleetError.usage("--survive is 0, 1 or 2") }
    let start = environment.clock.now()
    let fits = try fits(sizes, fleet, survive)
    return (fits, environment.clock.now().seconds(since: start))
  }

  private func fits(_ sizes: [PlacementRequest], _ fleet: FleetFile, _ survive: Int) throws(FleetError) -> [Fit] {
    guard let like else { return Fit.tiers(sizes, on: fleet.hosts, under: fleet.policy, survive: survive) }
    let fit = Fit.withAnother(like: like, for: sizes[0], on: fleet.hosts, under: fleet.policy, survive: survive)
    guard let fit else {
      throw FleetError(.notFound, "there is no host \"\(like.printable)\"", hint: "roost host list")
    }
    return [fit]
  }

  /// The sizes to count, by the flags.
  func sizes() throws(FleetError) -> [PlacementRequest] {
    var requests: [PlacementRequest] = []
    for text in size { requests.append(try Self.size(text, group)) }
    guard requests.isEmpty else {
      guard vcpus == nil, memory == nil, disk == nil else {
        throw .usage("--size and --vcpus, --memory, --disk exclude each other")
      }
      return requests
    }
    guard let vcpus, let memory else {
      throw .usage("fit needs a size", hint: "roost fit --vcpus 2 --memory 4GiB --disk 20GiB")
    }
    let name = ["\(vcpus)", memory, disk].compactMap { $0 }.joined(separator: ":")
    return [try Self.request(name, "\(vcpus)", memory, disk ?? "0", group)]
  }

  private static func size(_ text: String, _ group: String?) throws(FleetError) -> PlacementRequest {
    let equals = text.firstIndex(of: "=")
    let name = equals.map { String(text[..<$0]) } ?? text
    let parts = text[(equals.map { text.index(after: $0) } ?? text.startIndex)...].split(
      separator: ":", omittingEmptySubsequences: false
    ).map(String.init)
    guard (2...3).contains(parts.count), !name.isEmpty else {
      throw .usage(
        "\"\(text.printable)\" is not a size", hint: "write NAME=VCPUS:MEMORY:DISK, such as small=2:4GiB:20GiB")
    }
    return try request(name, parts[0], parts[1], parts.count > 2 ? parts[2] : "0", group)
  }

  private static func request(
    _ name: String, _ vcpus: String, _ memory: String, _ disk: String, _ group: String?
  ) throws(FleetError) -> PlacementRequest {
    guard let count = Int(vcpus), (1...1024).contains(count) else {
      throw .usage("\"\(vcpus.printable)\" is not a number of CPUs from 1 to 1024")
    }
    let size = try ByteCount(parsing: memory)
    guard size > .zero else { throw .usage("a VM has memory") }
    let space = try ByteCount(parsing: disk)
    let spec = VMSpec(
      name: name, vcpus: count, memory: size,
      disks: space > .zero ? [DiskSpec(target: "vda", source: .blank, size: space)] : [])
    return PlacementRequest(spec: spec, constraints: PlacementConstraints(groups: group.map { [$0] } ?? []))
  }
}

extension Fit {
  /// The count as JSON has it.
  func outputValue(elapsedSeconds: Double) -> OutputValue {
    .object([
      "count": .count(count),
      "per_host": .list(perHost.map { .object(["host": .text($0.host), "count": .count($0.count)]) }),
      "limited_by": OutputValue(limitedBy), "survive": .count(survive),
      "elapsed_seconds": .number(elapsedSeconds), "exact": .flag(isExact), "at_most": .count(atMost),
    ])
  }

  /// The count for people: how many, where, and what limits it.
  func lines(of size: String) -> [Detail.Line] {
    let number = isExact ? "\(count)" : "\(count) surely, \(atMost) at most"
    let losses = survive == 1 ? "with any one host lost" : "with any \(survive) hosts lost"
    let fit = isExact && count == 1 ? "\(number) fits" : "\(number) fit"
    let head = Detail.Line.field(
      size, Listing.Cell(survive > 0 ? "\(fit), \(losses)" : fit, count > 0 ? .good : .bad))
    let refusals = Dictionary(limitedBy.map { ($0.host, $0) }) { first, _ in first }
    return [head]
      + perHost.map { share in
        let why = refusals[share.host].map { "\($0.rule): \($0.detail)" } ?? ""
        return .field("  \(share.host)", Listing.Cell("\(share.count) (\(why))"))
      }
  }

  /// A row for each host that a spreadsheet sorts and adds.
  func rows(of size: String) -> [Listing.Row] {
    let refusals = Dictionary(limitedBy.map { ($0.host, $0) }) { first, _ in first }
    return perHost.map { share in
      let refusal = refusals[share.host]
      return Listing.Row(
        name: share.host,
        cells: [
          .init(size), .init(share.host), .init(String(share.count)), .init(String(survive)),
          .init(refusal?.rule ?? ""), .init(refusal?.detail ?? ""),
        ], outputValue: .null)
    }
  }

  /// Rows of ``rows(of:)``.
  static func listing(_ rows: [Listing.Row]) -> Listing {
    Listing(
      columns: [
        .init("SIZE"), .init("HOST"), .init("COUNT", right: true), .init("SURVIVE", right: true), .init("RULE"),
        .init("DETAIL"),
      ], rows: rows, empty: "no hosts")
  }
}
