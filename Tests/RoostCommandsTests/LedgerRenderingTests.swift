import Fleet
import RoostAPI
import RoostProto
import SwiftProtobuf
import Testing

@testable import RoostCommands

/// What people and scripts read of the ledger, of adoption and of settling.
@Suite("Rendering of the ledger")
struct LedgerRenderingTests {
  private let plain = Colors(isOn: false)
  private let web = AddressOwner(vm: "web-1", vmID: Samples.id(1), host: "h2")

  private func text(_ view: View, _ format: OutputFormat = .table) -> String { view.render(as: format, colors: plain) }

  @Test("an adoption's verdict is a row: adopt with notes, conflict or refuse with why")
  func adoption() throws {
    let verdicts: [Roost_V1_AdoptionVerdict] = [
      .with {
        ($0.name, $0.id, $0.host, $0.macs, $0.vncPort) = ("a", "1", "h1", ["52:54:00:00:00:01"], 5907)
        $0.notes = ["it is taken for the original, for it alone runs"]
      },
      .with {
        ($0.name, $0.id, $0.host, $0.macs) = ("b\u{1B}[2J", "2", "h2", ["52:54:00:00:00:01"])
        $0.failure = FleetError(.conflict, "the original is \"a\" on h1", hint: "look").failureMessage
      },
      .with {
        ($0.name, $0.host) = ("c", "h2")
        $0.failure = FleetError(.precondition, "it is transient").failureMessage
      },
    ]
    let view = View.listing(AdoptionView.listing(try verdicts.map { try AdoptionView($0) }))
    let expected = """
      NAME        HOST  VERDICT    VNC  NOTE
      a           h1    adopt     5907  it is taken for the original, for it alone runs
      b\\u{1b}[2J  h2    conflict     -  the original is "a" on h1
      c           h2    refuse       -  it is transient

      """
    #expect(text(view) == expected)
    let json = text(view, .json)
    for part in [
      #""verdict": "adopt""#, #""vnc_port": 5907"#, #""verdict": "conflict""#, #""code": "conflict""#,
      #""hint": "look""#, #""vnc_port": null"#, #""verdict": "refuse""#,
    ] { #expect(json.contains(part), "\(part)") }
    #expect(AdoptionView.listing([]).empty == "no unmanaged VMs")
  }

  @Test("settling says since when, why, for whom, and where database and hosts differ")
  func settling() {
    var message = Roost_V1_SettlingResponse.with {
      ($0.settling, $0.since, $0.reason) = (true, Samples.noon.milliseconds, "its database was restored from a backup")
      ($0.reported, $0.waiting) = (["h1"], ["h2", "h3"])
      $0.differences = [
        .with {
          ($0.kind, $0.vm, $0.vmID, $0.seen) = ("unknown", "late", "7", "h1")
          $0.detail = "\"late\" on h1 is unknown"
        }
      ]
    }
    let expected = """
      settling     since 2026-12-31T12:00:00Z: its database was restored from a backup
      reported     h1
      waiting for  h2, h3

      where the database and the hosts differ
        "late" on h1 is unknown

      """
    #expect(text(.detail(SettlingView(message).view)) == expected)
    let json = text(.detail(SettlingView(message).view), .json)
    for part in [#""settling": true"#, #""kind": "unknown""#, #""believed": null"#, #""seen": "h1""#] {
      #expect(json.contains(part), "\(part)")
    }
    message.revoked = ["h3"]
    let cut = text(.detail(SettlingView(message).view))
    #expect(cut.contains("waiting for  h2, h3 (revoked)"))
    #expect(cut.contains("roost host disregard h3") && cut.contains("roost host remove --lost h3"))
    #expect(text(.detail(SettlingView(message).view), .json).contains(#""revoked": ["#))
    message.rebuilding = true
    #expect(text(.detail(SettlingView(message).view)).contains("roost settle --force, once all are there"))
    let settled = SettlingView(.init()).view
    #expect(text(.detail(settled)).contains("nowhere"))
    #expect(text(.detail(settled), .json).contains(#""since": null"#))
  }

  @Test("the status tells that it settles, and in how many VMs it differs from the hosts")
  func status() {
    let message = Roost_V1_StatusResponse.with {
      ($0.fleetName, $0.hosts, $0.hostsReady, $0.vms, $0.vmsRunning) = ("prod", 3, 2, 5, 4)
      ($0.settling, $0.settlingReason, $0.differences, $0.conflicts) = (true, "it was restored", 2, 1)
    }
    let shown = text(.detail(FleetStatus(message).view))
    for part in [
      "it was restored; see: roost settle", "2 VMs are not as the database has them; see: roost settle",
      "2 of 3 ready", "4 of 5 running",
    ] { #expect(shown.contains(part), "\(part)") }
    let json = text(.detail(FleetStatus(message).view), .json)
    for part in [#""settling": true"#, #""settling_reason": "it was restored""#, #""differences": 2"#] {
      #expect(json.contains(part), "\(part)")
    }
    #expect(!shown.contains("VNC ports") && json.contains(#""vnc_ports": null"#), "an older coordinator's")
    let full = FleetStatus(
      .with {
        ($0.vncPorts.first, $0.vncPorts.last, $0.vncPorts.taken) = (5900, 5999, 95)
        $0.vncPorts.warning = "the VNC ports 5900-5999 are nearly used up"
      }
    ).view
    #expect(text(.detail(full)).contains("95 of 100 taken; the VNC ports 5900-5999 are nearly used up"))
    #expect(text(.detail(full), .json).contains(#""taken": 95"#))
    let calm = FleetStatus(.with { $0.fleetName = "prod" }).view
    #expect(!text(.detail(calm)).contains("settl"))
    #expect(text(.detail(calm), .json).contains(#""settling_reason": null"#))
  }

  @Test("mac show answers who has and had it, since when, where, and its addresses")
  func mac() {
    let report = MACDetails(
      entry: MACLedgerEntry(
        mac: Samples.mac("02:16:3e:00:00:01"), state: .quarantined, owner: web, since: Samples.noon,
        until: Samples.noon.adding(seconds: 7200), source: "pool"),
      places: [
        MACAttachment(
          owner: web, network: "default", bridge: "virbr0",
          addresses: [NICAddress(ip: "192.168.122.7", source: "lease"), NICAddress(ip: "fe80::1", source: "arp")],
          isRunning: true, seenAt: Samples.noon.adding(seconds: -240))
      ],
      history: [
        MACHolding(
          owner: web, state: .allocated, source: "pool", from: Samples.noon.adding(seconds: -60), to: Samples.noon,
          network: "default")
      ])
    let expected = """
      mac     02:16:3e:00:00:01
      state   quarantined
      owner   "web-1" on h2
      since   2026-12-31T12:00:00Z
      until   2026-12-31T14:00:00Z (2 h left)
      source  pool

      plugged in
        "web-1" on h2  network default  bridge virbr0  running, seen 4 min ago  192.168.122.7 (lease)  fe80::1 (arp)

      history
        2026-12-31T11:59:00Z to 2026-12-31T12:00:00Z  allocated  "web-1" on h2  network default

      """
    #expect(text(.detail(report.view(at: Samples.noon))) == expected)
    let json = text(.detail(report.view(at: Samples.noon)), .json)
    for part in [
      #""state": "quarantined""#, #""source": "arp""#, #""running": true"#, #""to": "2026-12-31T12:00:00Z""#,
    ] { #expect(json.contains(part), "\(part)") }
    let listing = MACDetails.listing([report, report], at: Samples.noon)
    #expect(text(.listing(listing), .name) == "02:16:3e:00:00:01\n02:16:3e:00:00:01\n")
    #expect(text(.listing(listing), .json).contains(#""places": ["#))
  }

  @Test("an address that two have is shown with both, and with what they have in common")
  func conflict() {
    let other = AddressOwner(vm: "web-2", vmID: Samples.id(2), host: "h1")
    let entry = MACLedgerEntry(
      mac: Samples.mac("02:16:3e:00:00:01"), state: .conflict, owner: web, since: Samples.noon, source: "pool",
      claimants: [web, other], conflict: ConflictDetail(kind: .sameDisk, sentence: "a copy", isDoubleRun: true))
    let shown = text(.detail(entry.view(at: Samples.noon)))
    for part in ["everybody who has it", "\"web-1\" on h2", "\"web-2\" on h1", "a copy"] {
      #expect(shown.contains(part), "\(part)")
    }
    let json = text(.detail(entry.view(at: Samples.noon)), .json)
    for part in [#""kind": "same_disk""#, #""double_run": true"#, #""sentence": "a copy""#] {
      #expect(json.contains(part), "\(part)")
    }
  }

  @Test("port show answers who has the port and who had it")
  func port() {
    let old = PortEntry(
      port: 5901, state: .retired, vm: "old", host: "h1", since: Samples.noon.adding(seconds: -60),
      until: Samples.noon)
    let now = PortEntry(port: 5901, state: .allocated, vm: "web-1", host: "h2", since: Samples.noon)
    let view = View.detail(now.view(history: [old, now], at: Samples.noon))
    let expected = """
      port   5901
      state  allocated
      vm     web-1
      host   h2
      since  2026-12-31T12:00:00Z

      history
        2026-12-31T11:59:00Z to 2026-12-31T12:00:00Z  "old" on h1
        2026-12-31T12:00:00Z to now  "web-1" on h2

      """
    #expect(text(view) == expected)
    #expect(text(view, .json).contains(#""history": ["#))
    #expect(PortEntry.listing([]).empty == "no VNC ports")
  }
}
