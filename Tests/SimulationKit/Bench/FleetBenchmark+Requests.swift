import Coordinator
import Fleet
import FleetTestKit
import GRPCCore
import RoostAPI
import RoostProto
import SwiftProtobuf

extension FleetBenchmark {
  /// How often each request is made; the median counts.
  private static let repeats = 5
  /// A request that took longer is not made again.
  private static let slow = Duration.seconds(10)
  private static let burst = 100
  private static let atOnce = 10

  /// The commands that people type, each as a process.
  func measureCommands(_ coordinator: CoordinatorProcess, _ agents: [FakeAgent], _ table: inout FleetTable) async {
    say("lists and searches")
    let host = shape.name(of: shape.hosts / 2)
    let vm = await agents[shape.hosts / 2].domains.keys.sorted().first?.description ?? ""
    let commands: [(FleetFigure, [String])] = [
      (.list, ["list", "-o", "json"]), (.listHost, ["list", "--host", host]), (.show, ["show", vm]),
      (.status, ["status"]), (.conflicts, ["mac", "conflicts"]), (.hosts, ["host", "list"]),
      (.top, ["top", "--hosts"]), (.macs, ["mac", "list"]),
      (.fit, ["fit", "--survive", "1", "--vcpus", "1", "--memory", "1GiB", "--disk", "10GiB"]),
    ]
    for (figure, words) in commands {
      var (whole, first, own): ([Double], [Double], [Double]) = ([], [], [])
      let before = coordinator.usage
      do {
        for _ in 0..<Self.repeats {
          let outcome = try await Program.run(
            settings.programs + "/roost", ["--socket", coordinator.directory.socket] + words)
          guard outcome.status == 0 else {
            throw Program.Failure(description: "\(outcome.complaint.prefix(100)) (exit \(outcome.status))")
          }
          whole.append(outcome.whole.inMilliseconds)
          own.append(outcome.cpu.inMilliseconds)
          if let wait = outcome.first { first.append(wait.inMilliseconds) }
          if outcome.whole > Self.slow { break }
        }
        if let median = whole.median, let before, let after = coordinator.usage {
          let served = (after.cpu - before.cpu).inMilliseconds
          table.put(figure, median, cpu: (served + own.reduce(0, +)) / Double(whole.count))
        }
        if figure == .list, let median = first.median { table.put(.listFirst, median) }
      } catch {
        table.fail(figure, "\(error)")
      }
    }
    for (figure, path) in [(FleetFigure.metrics, "/metrics"), (.health, "/healthz")] {
      await measurePage(path, figure, coordinator.metricsPort, &table)
    }
  }

  private func measurePage(_ path: String, _ figure: FleetFigure, _ port: Int, _ table: inout FleetTable) async {
    var times: [Double] = []
    for _ in 0..<Self.repeats {
      let begun = ContinuousClock.now
      guard let reply = await apart({ WebCall.get(path, port: port) }) else {
        return table.fail(figure, "no answer")
      }
      guard reply.status == 200 else { return table.fail(figure, "HTTP status \(reply.status)") }
      times.append((ContinuousClock.now - begun).inMilliseconds)
    }
    if let median = times.median { table.put(figure, median) }
  }

  /// Creates of VMs over one open connection: one after the other, and ten at a time.
  func measureCreates(_ coordinator: CoordinatorProcess, _ table: inout FleetTable) async {
    say("creates")
    do {
      let one = try await coordinator.local { client in
        var times: [Double] = []
        // The first finds nothing ready.
        for number in 0...Self.repeats {
          let time = try await accepted("single-\(number)", client)
          if number > 0 { times.append(time.inMilliseconds) }
        }
        return times
      }
      if let median = one.median { table.put(.create, median) }
    } catch {
      table.fail(.create, "\(error)")
    }
    do {
      let time = try await coordinator.local { client in
        let begun = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
          for number in 0..<Self.burst {
            if number >= Self.atOnce { try await group.next() }
            group.addTask { _ = try await accepted("burst-\(number)", client) }
          }
          try await group.waitForAll()
        }
        return ContinuousClock.now - begun
      }
      table.put(.burst, Double(Self.burst) / time.inSeconds)
    } catch {
      table.fail(.burst, "\(error)")
    }
  }

  private func accepted(_ name: String, _ client: TestTransports.Client) async throws -> Duration {
    let spec = VMSpec.sample(name, vcpus: 1, memory: .mebibytes(64), disk: .zero)
    let request = Roost_V1_CreateVMRequest.creating(spec, id: RequestID(from: random))
    let begun = ContinuousClock.now
    _ = try await Roost_V1_VMs.Client(wrapping: client).create(request)
    return ContinuousClock.now - begun
  }

  /// The largest message of the listings as Roost's own clients request them, and of what hosts say first.
  func measureMessages(_ coordinator: CoordinatorProcess, _ agents: [FakeAgent], _ table: inout FleetTable) async {
    do {
      var largest = 0
      for agent in agents {
        let hello = await agent.hello
        for message in Roost_V1_AgentMessage.with({ $0.hello = hello }).inParts {
          let bytes: [UInt8] = try message.serializedBytes()
          largest = max(largest, bytes.count)
        }
      }
      var fleet = Roost_V1_GetPlanningFleetRequest().inPages
      fleet.splitsHosts = true
      let listings: [(MethodDescriptor, any SwiftProtobuf.Message)] = [
        (Roost_V1_VMs.Method.List.descriptor, Roost_V1_ListVMsRequest().inPages),
        (Roost_V1_Usage.Method.List.descriptor, Roost_V1_ListUsageRequest().inPages),
        (Roost_V1_Hosts.Method.List.descriptor, Roost_V1_ListHostsRequest().inPages),
        (Roost_V1_Hosts.Method.ListNetworks.descriptor, Roost_V1_ListNetworksRequest().inPages),
        (Roost_V1_Hosts.Method.ListPools.descriptor, Roost_V1_ListPoolsRequest().inPages),
        (Roost_V1_Addresses.Method.ListMACs.descriptor, Roost_V1_ListMACsRequest().inPages),
        (Roost_V1_Addresses.Method.ListPorts.descriptor, Roost_V1_ListPortsRequest().inPages),
        (Roost_V1_Operations.Method.List.descriptor, Roost_V1_ListOperationsRequest().inPages),
        (Roost_V1_Certificates.Method.List.descriptor, Roost_V1_ListCertificatesRequest().inPages),
        (Roost_V1_Planning.Method.GetFleet.descriptor, fleet),
      ]
      for (listing, request) in listings {
        let bytes: [UInt8] = try request.serializedBytes()
        largest = max(
          largest, try await coordinator.local { try await RawCall.largest(of: listing, sending: bytes, $0) })
      }
      table.put(.largestMessage, Double(largest) / 1024)
    } catch {
      table.fail(.largestMessage, "\(error)")
    }
  }
}
