import Fleet
import FleetTestKit

/// Random values of the fleet, as wild as the wire lets them be.
struct RandomValues {
  let source: SeededRandomSource

  init(seed: UInt64) {
    source = SeededRandomSource(seed: seed)
  }

  func flag() -> Bool { source.once(in: 2) }
  func text() -> String {
    source.element(of: [
      "", "a", "web-1", "虚拟机", "a\nb", "\u{1B}[2J", "\"quoted\"", String(repeating: "x", count: 200),
    ])
  }
  func word() -> String { source.element(of: ["x", "vda", "default", "é", "a b"]) }
  func texts() -> [String] { list { text() } }
  func count() -> Int { source.element(of: [0, 1, source.int(in: 0...4096), Int(UInt32.max)]) }
  func memory() -> ByteCount {
    ByteCount(bytes: source.element(of: [0, 1, 1 << 62, Int64(source.int(in: 0...(1 << 50)))]))
  }
  func moment() -> Timestamp { Timestamp(milliseconds: Int64(source.int(in: 1...253_402_300_799_999))) }
  func mac() -> MACAddress {
    guard let mac = MACAddress(number: source.next() >> 16) else { preconditionFailure("48 bits make an address") }
    return mac
  }
  func port() -> Int { source.int(in: 1...65535) }
  func fraction() -> Double { Double(source.int(in: 0...1000)) / 1000 }
  func id<Subject>() -> ID<Subject> { ID(from: source) }
  func labels() -> [String: String] { Dictionary(list { (word(), text()) }) { first, _ in first } }
  func maybe<Value>(_ make: () -> Value) -> Value? { flag() ? make() : nil }
  func list<Value>(_ make: () -> Value) -> [Value] { (0..<source.int(in: 0...3)).map { _ in make() } }
  func any<Value: CaseIterable>(_ type: Value.Type) -> Value { source.element(of: Array(type.allCases)) }

  func image() -> Image {
    Image(
      id: id(), name: text(), format: any(ImageFormat.self), virtualSize: memory(), fileSize: memory(), sha256: text(),
      createdAt: moment())
  }

  func disk() -> DiskSpec {
    let reference = ImageRef(id: maybe { id() }, name: text())
    let source: DiskSource = source.element(of: [
      .blank, .overlay(reference), .copy(reference), .medium(reference), .existing, .none,
    ])
    return DiskSpec(
      device: any(DiskSpec.Device.self), bus: text(), target: text(), format: any(ImageFormat.self), source: source,
      path: maybe { word() }, size: memory())
  }

  func spec() -> VMSpec {
    VMSpec(
      name: text(), vcpus: count(), memory: memory(), architecture: text(), machine: maybe { word() },
      acceleration: any(AccelerationPreference.self), disks: list { disk() },
      nics: list {
        NICSpec(
          source: flag() ? .network(text()) : .bridge(text()), model: maybe { word() }, mac: maybe { mac() })
      },
      vnc: maybe { VNCSpec(listen: text(), keymap: maybe { word() }, isSocket: flag()) }, serialConsole: flag(),
      bootOrder: list { any(BootDevice.self) }, labels: labels(), document: maybe { word() },
      startVCPUs: maybe { max(1, count()) }, startMemory: maybe { memory() + ByteCount(bytes: 1) },
      title: maybe { word() })
  }

  func mark() -> VMMark {
    VMMark(fleetID: text(), vmID: id(), revision: Int64(source.int(in: 0...(1 << 40))), allocations: allocations())
  }

  func allocations() -> Allocations { Allocations(macs: list { mac() }, vncPort: maybe { port() }) }
  func refusal() -> Refusal { Refusal(host: text(), rule: text(), detail: text()) }

  func decision() -> PlacementDecision {
    PlacementDecision(
      ranking: list {
        PlacementDecision.Ranked(host: text(), score: fraction(), terms: ["cpu": fraction(), "memory": -fraction()])
      }, refused: list { refusal() }, others: source.int(in: 0...9))
  }

  func constraints() -> PlacementConstraints {
    PlacementConstraints(
      require: ["rack": Set(texts())], avoid: Dictionary(list { (word(), Set(texts())) }) { first, _ in first },
      groups: Set(list { word() }), pools: Dictionary(list { (word(), memory()) }) { first, _ in first },
      devices: Dictionary(list { (word(), source.int(in: 0...9)) }) { first, _ in first },
      hugePage: maybe { .mebibytes(2) }, usesDefaultHugePages: flag(), oneCell: flag(), cpuModel: maybe { word() },
      vlans: Set(list { source.int(in: 1...4094) }), isPinned: flag())
  }

  func policy() -> PlacementPolicy {
    PlacementPolicy(
      rules: list {
        PlacementRule(any(PlacementRule.Kind.self), word(), by: maybe { word() }, isSoft: flag())
      }, survive: source.int(in: 0...2), weights: Dictionary(list { (word(), fraction()) }) { first, _ in first },
      strategy: any(PlacementStrategy.self))
  }

  func error() -> FleetError {
    FleetError(
      FleetError.Code(rawValue: source.element(of: ["invalid", "conflict", "no_host_fits", "of_the_future"])), text(),
      hint: text(), operation: maybe { id() }, retryable: flag(), refusals: list { refusal() })
  }

  func configuration() -> DomainConfiguration {
    DomainConfiguration(
      vcpus: count(), memory: memory(), architecture: text(), machine: text(), type: text(),
      nics: list {
        ObservedNIC(mac: maybe { mac() }, network: text(), bridge: text(), model: text(), device: text())
      },
      disks: list {
        ObservedDisk(
          device: text(), target: text(), path: text(), format: text(), readOnly: flag(), shareable: flag(),
          bus: text())
      },
      graphics: list {
        ObservedGraphics(type: text(), listen: text(), port: maybe { port() }, autoport: flag(), isSocket: flag())
      }, hasSerialConsole: flag(), smbiosUUID: word())
  }

  func domain() -> ObservedDomain {
    ObservedDomain(
      id: id(), name: text(), state: any(DomainState.self), isPersistent: flag(), autostart: flag(),
      hasManagedSave: flag(), live: maybe { configuration() }, saved: maybe { configuration() },
      kept: list { configuration() },
      mark: maybe { mark() },
      leases: list { AddressLease(mac: mac(), ip: text(), source: text()) }, seenAt: moment(),
      isMovedAway: flag(),
      unread: maybe { ReadFailure(since: moment(), reason: text()) })
  }

  func capacity() -> HostCapacity {
    HostCapacity(
      vcpus: source.int(in: 0...1024), memory: memory(), disk: memory(), cpuRatio: 0.1 + fraction(),
      memoryRatio: 0.1 + fraction(), reservedMemory: memory())
  }

  func facts() -> HostFacts {
    var facts = HostFacts()
    facts.hostname = text()
    facts.imageDirectoryProblem = text()
    facts.libvirtURI = text()
    facts.cpu = CPUFacts(
      architecture: text(), model: text(), vendor: text(), sockets: count(), cores: count(), threads: count(),
      logical: count(), megahertz: count())
    facts.numa = list { NUMACell(id: count(), memory: memory(), cpus: list { count() }) }
    facts.memory = memory()
    let whole = facts.memory
    facts.hugePages = list {
      HugePages(pageSize: memory(), total: count(), free: count(), isDefault: flag()).held(in: whole)
    }
    facts.emulators = list { Emulator(architecture: text(), path: text(), machines: texts(), accelerators: texts()) }
    facts.networks = list {
      HostNetwork(
        name: text(), bridge: text(), isActive: flag(), autostart: flag(), forward: text(),
        reservations: list { DHCPReservation(mac: mac(), ip: text(), name: text()) })
    }
    facts.bridges = texts()
    facts.pools = list {
      StoragePool(
        name: text(), type: text(), path: text(), isActive: flag(), autostart: flag(), capacity: memory(),
        allocation: memory(), available: memory())
    }
    facts.versions = HostVersions(agent: text(), libvirt: text(), qemu: text(), kernel: text())
    facts.bootID = text()
    facts.kvmUsable = flag()
    facts.checks = list {
      CheckResult(check: text(), result: any(CheckResult.Verdict.self), detail: text(), fix: text())
    }
    facts.capacity = capacity()
    facts.disks = list { BlockDevice(name: text(), size: memory(), rotational: flag()) }
    facts.imageDirectory = text()
    facts.cpuModels = texts()
    return facts
  }

  func action() -> AgentAction {
    let work: AgentAction.Work = source.element(of: [
      .provision(
        ProvisionRequest(
          fleetID: id(), vmID: id(), revision: Int64(source.int(in: 0...(1 << 40))), spec: spec(),
          allocations: allocations(), images: list { image() })),
      .power(id(), any(PowerVerb.self), force: flag(), timeoutSeconds: count()),
      .destroy(
        Destruction(
          vmID: id(), tombstone: id(), keepDisks: flag(), force: flag(), isAbsenceProven: flag())),
      .network(text(), active: flag()),
      .nic(id(), .linkDown(mac())), .nic(id(), .address(from: mac(), to: mac(), mark: mark())),
      .mark(mark()), .unmark(id(), fleetID: id()),
      .recover(
        ProvisionRequest(
          fleetID: id(), vmID: id(), revision: Int64(source.int(in: 0...(1 << 40))), spec: spec(),
          allocations: allocations(), images: [])),
    ])
    return AgentAction(id: id(), epoch: Int64(source.int(in: 0...Int.max)), work: work)
  }

  func path() -> String { "/" + word() }

  func query() -> HostQuery {
    HostQuery(id: id(), content: flag() ? .files(list { path() }) : .document(id()))
  }

  func answer() -> HostAnswer {
    let content: HostAnswer.Content = source.element(of: [
      .files(list { FileStatus(path: path(), kind: any(FileStatus.Kind.self), size: memory()) }),
      .document(DomainDocuments(saved: maybe { word() }, live: maybe { word() })),
    ])
    return HostAnswer(id: id(), result: flag() ? .success(content) : .failure(error()))
  }

  func operation() -> FleetOperation {
    FleetOperation(
      id: id(), kind: any(OperationKind.self), vmID: maybe { id() }, subject: text(), hostID: nil, host: text(),
      state: any(OperationState.self),
      steps: list {
        OperationStep(name: text(), state: any(OperationState.self), detail: text(), fraction: maybe { fraction() })
      }, failure: maybe { error() }, createdAt: moment(), endedAt: maybe { moment() })
  }

  func owner() -> AddressOwner { AddressOwner(vm: text(), vmID: maybe { id() }, host: text()) }

  func macEntry() -> MACLedgerEntry {
    MACLedgerEntry(
      mac: mac(), state: any(LedgerState.self), owner: owner(), since: moment(), until: maybe { moment() },
      source: text(), claimants: list { owner() }, last: maybe { mac() }, conflict: maybe { note() })
  }

  func note() -> ConflictDetail {
    ConflictDetail(kind: any(ConflictKind.self), sentence: text(), isDoubleRun: flag())
  }

  func nicAddress() -> NICAddress { NICAddress(ip: text(), source: word()) }

  func portEntry() -> PortEntry {
    PortEntry(
      port: port(), state: any(LedgerState.self), vm: text(), host: text(), since: maybe { moment() },
      until: maybe { moment() })
  }

  func macReport() -> MACDetails {
    MACDetails(
      entry: macEntry(),
      places: list {
        MACAttachment(
          owner: owner(), network: text(), bridge: text(), addresses: list { nicAddress() }, isRunning: flag(),
          seenAt: maybe { moment() })
      },
      history: list {
        MACHolding(
          owner: owner(), state: any(LedgerState.self), source: text(), from: moment(), to: maybe { moment() },
          network: text(), bridge: text())
      })
  }

  func poolStatus() throws -> MACPoolStatus {
    let ends = [source.next() >> 24, source.next() >> 24].sorted().compactMap { MACAddress(number: 1 << 41 | $0) }
    let selector = source.element(
      of: [
        .fleet, .network("br0"), .label(key: "tier", value: "a=b"),
      ] as [MACPoolSelector])
    return MACPoolStatus(
      record: MACPoolRecord(
        pool: try MACPool(name: word(), first: ends[0], last: ends[1]), selector: selector, cursor: source.next(),
        createdAt: moment()),
      use: MACPoolUsage(
        allocated: UInt64(count()), reserved: UInt64(count()), quarantined: UInt64(count()), observed: UInt64(count())),
      runsOutInSeconds: maybe { fraction() })
  }

  func vm() -> VMSummary {
    let seenAt = maybe { moment() }
    let states: [VMState] = [.pending, .running, .stopped, .failed("it broke"), .deleting]
    return VMSummary(
      name: text(), id: id(), host: text(), state: source.element(of: states),
      certainty: flag() ? .current : .unknown(since: seenAt), seenAt: seenAt, managed: flag(), vcpus: count(),
      memory: memory(), architecture: text(),
      nics: list {
        VMSummary.NIC(
          mac: mac(), network: text(), bridge: text(), ips: texts(), addresses: list { nicAddress() })
      },
      vnc: maybe { VMSummary.Display(host: text(), address: text(), port: maybe { port() }) }, labels: labels(),
      conflicts: texts(),
      duplicates: list {
        DuplicateVM(kind: any(ConflictKind.self), other: owner(), sentence: text(), isDoubleRun: flag())
      }, doubt: text())
  }

  func host() -> HostSummary {
    HostSummary(
      name: text(), id: id(), state: any(HostState.self), reason: text(), seenAt: maybe { moment() },
      capacity: maybe { capacity() }, reserved: Reservation(vcpus: count(), memory: memory(), disk: memory()),
      vms: count(), acceleration: text(), checksPassed: count(), checksWarned: count(), checksFailed: count(),
      labels: labels(), notes: texts(), isDisregarded: flag())
  }

  func usageReport() -> UsageReport {
    UsageReport(
      at: moment(), load: fraction() * 100, memoryFree: memory(),
      domains: list { DomainStatistics(id: id(), cpuTimeNanoseconds: source.next() >> 2, memoryUsed: memory()) },
      skipped: texts())
  }

  func usage() -> FleetUsage {
    FleetUsage(
      hosts: list {
        HostUsage(
          id: id(), name: text(), state: any(HostState.self), reason: text(), measuredAt: maybe { moment() },
          load: maybe { fraction() }, memoryFree: maybe { memory() }, cpus: count(), memory: memory(),
          running: count(), guestCPUs: maybe { fraction() }, skipped: texts())
      },
      vms: list {
        VMUsage(
          id: id(), name: text(), host: text(), isCurrent: flag(), vcpus: count(), memory: memory(),
          measuredAt: maybe { moment() }, memoryUsed: maybe { memory() },
          rates: UsageRates(
            cpus: maybe { fraction() }, readBytesPerSecond: maybe { fraction() },
            writtenBytesPerSecond: maybe { fraction() }, receivedBytesPerSecond: maybe { fraction() },
            sentBytesPerSecond: maybe { fraction() }))
      })
  }
}
