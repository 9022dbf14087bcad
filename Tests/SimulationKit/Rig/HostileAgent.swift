package import Fleet
import FleetTestKit
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import PKI
import RoostAPI
import RoostProto
import SwiftProtobuf
import Synchronization

/// An agent that sends whatever a host's certificate allows, drawn by a seed: lies, floods, and nonsense.
package final class HostileAgent: Sendable {
  private let credentials: ClientCredentials
  private let transports: TestTransports
  private let id: HostID
  /// What other hosts run, whose identities and addresses it claims.
  private let victims: [ObservedDomain]
  private let random: SeededRandomSource
  private let count = Mutex(0)

  /// How many things it has tried.
  package var attempts: Int { count.withLock { $0 } }

  package init(
    id: HostID, credentials: ClientCredentials, transports: TestTransports, victims: [ObservedDomain], seed: UInt64
  ) {
    self.id = id
    self.credentials = credentials
    self.transports = transports
    self.victims = victims
    random = SeededRandomSource(seed: seed)
  }

  /// Does its worst for so long.
  package func run(for limit: Duration) async {
    let end = ContinuousClock.now + limit
    await withDiscardingTaskGroup { group in
      for _ in 0..<4 {
        group.addTask { [self] in
          while ContinuousClock.now < end, !Task.isCancelled {
            count.withLock { $0 += 1 }
            await attempt(until: end)
          }
        }
      }
    }
  }

  private func attempt(until end: ContinuousClock.Instant) async {
    // A stream that the other side leaves open is left after a moment.
    let work = Task { try await withGRPCClient(transport: transports.link(credentials)) { try await self.abuse($0) } }
    let watch = Task {
      try await Task.sleep(until: min(end, .now + .seconds(Int64(1 + random.next() % 5))))
      work.cancel()
    }
    _ = await work.result
    watch.cancel()
  }

  private func abuse(_ client: TestTransports.Client) async throws {
    let link = Roost_V1_AgentLink.Client(wrapping: client)
    switch random.next() % 8 {
    case 0:
      let request = try CertificateRequest.create(key: .generate(), commonName: "x").pem
      for _ in 0..<50 { _ = try? await link.renew(.with { $0.certificateRequestPem = request }) }
    case 1:
      for _ in 0..<500 { _ = try? await link.judgeStart(start) }
    case 2:
      try await link.fetchImage(
        .with {
          $0.imageID = ImageID(from: random).description
          $0.offset = number
        }
      ) { for try await _ in $0.messages {} }
    case 3:
      try await link.tunnel(
        request: .init { [self] writer in
          for _ in 0..<100 { try await writer.write(.with { $0.tunnelID = UniqueID(from: random).description }) }
        }
      ) { for try await _ in $0.messages {} }
    default: try await flood(link)
    }
  }

  private func flood(_ link: Roost_V1_AgentLink.Client<HTTP2ClientTransport.Posix>) async throws {
    try await link.connect(
      request: .init { [self] writer in
        try await writer.write(.with { $0.hello = hello })
        while !Task.isCancelled { try await writer.write(message) }
      }
    ) { for try await _ in $0.messages {} }
  }

  private var number: UInt64 {
    let edges: [UInt64] = [0, 1, 1 << 31, 1 << 32, 1 << 48, 1 << 62, (1 << 63) - 1, 1 << 63, .max]
    let drawn = random.next()
    return drawn % 3 == 0 ? random.next() : edges[Int(drawn % UInt64(edges.count))]
  }

  private var text: String {
    switch random.next() % 6 {
    case 0: ""
    case 1: String(repeating: "-", count: Int(random.next() % 20_000))
    case 2: "\u{1B}[2J\n\u{202E}\0"
    case 3: String(repeating: "é", count: Int(random.next() % 100_000))
    default: "x\(random.next())"
    }
  }

  private var hello: Roost_V1_Hello {
    .with {
      $0.bootID = HostFacts.sample("h").bootID
      $0.machineUuid = random.next() % 4 == 0 ? text : "machine-of-hostile"
      $0.highestEpoch = number
      $0.incarnation = text
      $0.macCursor = number
      $0.lastEvent = number
      for _ in 0..<(random.next() % 200) { $0.poolCursors[text] = number }
      if random.next() % 2 == 0 {
        $0.mark.statement = .init((0..<Int(random.next() % 500)).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        $0.mark.signature = .init(repeating: 7, count: 32)
      }
      $0.host = HostFacts.sample("hostile").message
      $0.libvirt = LibvirtState(isConnected: true, since: .sample).message
      $0.domains = domains(random.next() % 200)
    }
  }

  private var message: Roost_V1_AgentMessage {
    .with {
      switch random.next() % 10 {
      case 0: $0.hello = hello
      case 1:
        $0.statistics = .with {
          $0.at = Int64(truncatingIfNeeded: number)
          $0.hostMemoryFreeBytes = number
          $0.load = Double(bitPattern: random.next())
        }
      case 2: $0.digest = .with { for _ in 0..<(random.next() % 500) { $0.domains[text] = number } }
      case 3:
        $0.progress = .with {
          $0.actionID = ActionID(from: random).description
          $0.step = text
          $0.fraction = Double(bitPattern: random.next())
        }
      case 4:
        $0.result = .with {
          $0.actionID = ActionID(from: random).description
          $0.failure = .with {
            $0.code = text
            $0.message = text
            $0.hint = text
          }
        }
      case 5:
        $0.libvirt = .with {
          $0.connected = random.next() % 2 == 0
          $0.detail = text
        }
      case 6: $0.host = facts
      default:
        $0.domains = .with {
          $0.complete = random.next() % 20 == 0
          $0.changed = domains(random.next() % 100)
          $0.removed = random.next() % 10 == 0 ? [text] : []
        }
      }
    }
  }

  private var facts: Roost_V1_HostFacts {
    var facts = HostFacts.sample("hostile").message
    facts.bridges = (0..<Int(random.next() % 400)).map { "br\($0)" }
    if random.next() % 4 == 0 { facts.memoryBytes = number }
    return facts
  }

  private func domains(_ count: UInt64) -> [Roost_V1_Domain] {
    (0..<count).map { _ in
      if let victim = victims.randomElement(using: random), random.next() % 4 == 0 {
        var stolen = victim.message
        if random.next() % 2 == 0 { stolen.uuid = VMID(from: random).description }
        return stolen
      }
      return .with {
        $0.uuid = VMID(from: random).description
        $0.name = text
        $0.state = "running"
        $0.seenAt = random.next() % 8 == 0 ? Int64(truncatingIfNeeded: number) : 1
      }
    }
  }

  private var start: Roost_V1_JudgeStartRequest {
    let victim = victims.first
    return .with {
      $0.vmID = (random.next() % 2 == 0 ? victim?.id : nil)?.description ?? VMID(from: random).description
      $0.name = text
    }
  }
}

extension Array {
  fileprivate func randomElement(using random: SeededRandomSource) -> Element? {
    isEmpty ? nil : self[Int(random.next() % UInt64(count))]
  }
}
