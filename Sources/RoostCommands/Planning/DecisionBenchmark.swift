internal import Fleet
internal import Scheduling

/// Measures the cost of decisions on generated fleets.
struct DecisionBenchmark {
  /// One measured decision.
  struct Figure: Hashable, Sendable {
    /// The name of the decision.
    let name: String
    /// The number of hosts.
    let hosts: Int
    /// The number of VMs.
    let vms: Int
    /// The duration of one decision.
    let milliseconds: Double
    /// The result, such as `608 fit`.
    let result: String
  }

  /// The least duration of a measurement, in seconds, so that a millisecond clock is precise enough.
  static let leastSeconds = 0.4

  let clock: any WallClock

  /// Every figure, each also at ten times the size.
  func all() -> [Figure] {
    let (small, large) = (1000, 10_000)
    var figures = [placement(small), placement(large), survivingPlacement(small), survivingPlacement(large)]
    figures += [admission(small), admission(large), batch()]
    figures += [20, 40, 400, 4000].map(fit)
    for survive in 1...2 { figures += [fit(mixed: small, survive: survive), fit(mixed: large, survive: survive)] }
    return figures + [20, 40, 400, 4000].map(balance)
  }

  private func placement(_ count: Int) -> Figure {
    let index = PlacementIndex((0..<count).map { Self.host($0, guests: 20) })
    let request = Self.guest("new")
    return measure("placement", count, vms: count * 20) { index.choose(request).map { "on \($0.host)" } ?? "nowhere" }
  }

  /// The coordinator's cost of one create: it examines one changed host again, chooses a host, and explains the choice
  /// in the form that is stored.
  private func admission(_ count: Int) -> Figure {
    var index = PlacementIndex((0..<count).map { Self.host($0, guests: 20) })
    let request = Self.guest("new")
    let heard = Self.host(0, guests: 20)
    return measure("one create", count, vms: count * 20) {
      index.replace(heard)
      let decision = index.brief(request)
      return decision.host.map { "on \($0), \(decision.others) hosts left out" } ?? "nowhere"
    }
  }

  private func survivingPlacement(_ count: Int) -> Figure {
    let hosts = (0..<count).map(Self.mixed)
    let index = PlacementIndex(hosts, under: PlacementPolicy(survive: 1))
    let request = Self.guest("new")
    return measure("placement, survive: 1", count, vms: hosts.reduce(0) { $0 + $1.vmCount }) {
      index.choose(request).map { "on \($0.host)" } ?? "nowhere"
    }
  }

  private func fit(mixed count: Int, survive: Int) -> Figure {
    let hosts = (0..<count).map(Self.mixed)
    return measure("fit --survive \(survive), mixed", count, vms: hosts.reduce(0) { $0 + $1.vmCount }) {
      let fit = Fit.count(of: Self.guest("new"), on: hosts, survive: survive)
      return fit.isExact ? "\(fit.count) fit" : "\(fit.count) fit, at most \(fit.atMost)"
    }
  }

  private func batch() -> Figure {
    let hosts = (0..<1000).map { Self.host($0, guests: 8) }
    let requests = (0..<1000).map { Self.guest("new-\($0)", vcpus: 1 + $0 % 4, gibibytes: Int64(1 + $0 % 8)) }
    return measure("batch of 1000", 1000, vms: 8000) {
      "\(BatchPlan.plan(requests, on: hosts).items.count { $0.host != nil }) placed"
    }
  }

  private func fit(_ count: Int) -> Figure {
    let hosts = (0..<count).map { Self.host($0, guests: 0) }
    return measure("fit --survive 1", count, vms: 0) {
      "\(Fit.count(of: Self.guest("new"), on: hosts, survive: 1).count) fit"
    }
  }

  private func balance(_ count: Int) -> Figure {
    let hosts = (0..<count).map { Self.host($0, guests: $0 < count / 4 ? 28 : 6) }
    return measure("balance plan", count, vms: hosts.reduce(0) { $0 + $1.vmCount }) {
      let plan = BalancePlan.plan(for: hosts)
      let scores = "score \(PlacementDecision.short(plan.scoreBefore)) → \(PlacementDecision.short(plan.scoreAfter))"
      return "\(plan.moves.count) moves, \(scores)"
    }
  }

  private func measure(_ name: String, _ hosts: Int, vms: Int, _ body: () -> String) -> Figure {
    let result = body()
    let start = clock.now()
    var (runs, seconds) = (0, 0.0)
    // Also ends if the clock stands still.
    while seconds < Self.leastSeconds, runs < 100_000 {
      _ = body()
      runs += 1
      seconds = clock.now().seconds(since: start)
    }
    return Figure(
      name: name, hosts: hosts, vms: vms, milliseconds: seconds * 1000 / Double(runs), result: result)
  }

  private static func guest(_ name: String, vcpus: Int = 2, gibibytes: Int64 = 4) -> PlacementRequest {
    PlacementRequest(
      spec: VMSpec(
        name: name, vcpus: vcpus, memory: .gibibytes(gibibytes),
        disks: [DiskSpec(target: "vda", source: .blank, size: .gibibytes(20))],
        nics: [NICSpec(source: .network("default"))]))
  }

  private static func host(_ number: Int, guests: Int) -> HostSnapshot {
    var host = HostSnapshot(
      id: HostID(UniqueID(high: 0, low: UInt64(number))), name: "h\(number)",
      capacity: HostCapacity(vcpus: 64, memory: .gibibytes(128), disk: .gibibytes(2048), cpuRatio: 4),
      emulators: [Emulator(architecture: "x86_64", path: "", machines: ["pc", "q35"], accelerators: ["kvm", "tcg"])],
      kvmUsable: true, networks: [HostNetwork(name: "default", bridge: "virbr0", isActive: true, autostart: true)],
      bridges: ["virbr0"], labels: ["rack": "r\(number / 40)"], vmCount: guests)
    for index in 0..<guests {
      let vm = PlacedVM(guest("v\(number)-\(index)"))
      host.reserved += vm.request.spec.reservation
      host.vms.append(vm)
    }
    return host
  }

  /// A host of one of several sizes, three quarters full of guests of several sizes.
  private static func mixed(_ number: Int) -> HostSnapshot {
    var host = host(number, guests: 0)
    let memory = ByteCount.gibibytes([64, 128, 256, 512][(number * 7 + number / 5) % 4])
    host.capacity = HostCapacity(vcpus: 32 * (1 + number % 3), memory: memory, disk: .gibibytes(4096), cpuRatio: 4)
    for index in 0..<60 {
      let draw = (number * 31 + index * 17 + number / 7) % 997
      let guest = guest(
        "v\(number)-\(index)", vcpus: [1, 2, 4, 8][draw % 4], gibibytes: [1, 2, 3, 4, 6, 8, 16, 24][draw % 8])
      guard (host.reserved.memory + guest.spec.memory).bytes * 4 <= memory.bytes * 3,
        case .admitted(let after) = host.adding(PlacedVM(guest))
      else { continue }
      host = after
    }
    return host
  }
}
