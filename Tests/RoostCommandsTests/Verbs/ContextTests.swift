import Fleet
import Testing

@testable import RoostCommands

/// Which coordinator a command speaks with.
@Suite("Contexts")
struct ContextTests {
  private static let text = """
    current = "office" # where I work

    [contexts.office]
    address = "10.0.0.5:7440"
    ca = "ca.crt"
    certificate = "~/ann.crt"
    key = "/etc/ann.key"
    server_name = "coordinator.roost.internal"

    [contexts.lab]
    socket = "/run/lab.sock"
    """

  private func parse(_ text: String) throws(FleetError) -> ContextFile {
    try ContextFile(parsing: text, path: "/home/ann/.config/roost/config.toml", home: "/home/ann")
  }

  private func refusal(_ text: String) -> FleetError? {
    do throws(FleetError) {
      _ = try parse(text)
      return nil
    } catch {
      return error
    }
  }

  @Test("a file names coordinators by socket or address, with paths from its own folder")
  func reading() throws {
    let file = try parse(Self.text)
    #expect(file.current == "office")
    #expect(file.contexts.map(\.name) == ["lab", "office"])
    #expect(try file.context("lab").endpoint == .socket("/run/lab.sock"))
    #expect(
      try file.context("office").endpoint
        == .tls(
          Endpoint.TLS(
            host: "10.0.0.5", port: 7440, authority: "/home/ann/.config/roost/ca.crt",
            certificate: "/home/ann/ann.crt", key: "/etc/ann.key", serverName: "coordinator.roost.internal")))
  }

  @Test("flag goes before environment, environment before file, file before the default")
  func precedence() throws {
    let file = try parse(Self.text)
    func choose(
      _ socket: String? = nil, _ context: String? = nil, _ environment: [String: String] = [:],
      _ file: ContextFile = .empty
    ) throws -> Endpoint {
      try EndpointChoice(socket: socket, context: context, environment: environment)
        .endpoint { () throws(FleetError) in file }
    }
    let all = ["ROOST_SOCKET": "/env.sock", "ROOST_CONTEXT": "lab"]
    #expect(try choose("/flag.sock", nil, all, file) == .socket("/flag.sock"))
    #expect(try choose(nil, "lab", ["ROOST_SOCKET": "/env.sock"], file) == .socket("/run/lab.sock"))
    #expect(try choose(nil, nil, all, file) == .socket("/env.sock"))
    #expect(try choose(nil, nil, ["ROOST_CONTEXT": "lab"], file) == .socket("/run/lab.sock"))
    #expect(try choose(nil, nil, [:], file).place == "10.0.0.5:7440")
    #expect(try choose() == .socket("/var/lib/roost/roost.sock"))
    #expect(throws: FleetError.self) { try choose("/a", "b") }
    #expect(throws: FleetError.self) { try choose(nil, "labb", [:], file) }
  }

  @Test(
    "what is wrong in a file is named",
    arguments: [
      ("x = 1", "unknown key \"x\""), ("[contexts.a]\nadress = \"x:1\"", "unknown key \"contexts.a.adress\""),
      ("[contexts.a]\naddress = \"x:1\"", "\"contexts.a.ca\" is missing"),
      ("[contexts.a]\naddress = 7", "\"contexts.a.address\" is not a text"),
      ("[contexts.a]\naddress = \"x\"", "is not an address"), ("contexts = 7", "\"contexts\" is not a table"),
      ("a = [", "config.toml:"), ("[contexts.a]\nsocket = \"/x\"\naddress = \"y:1\"", "both a socket and an address"),
    ])
  func errors(text: String, part: String) {
    #expect(refusal(text)?.message.contains(part) == true, "\(refusal(text)?.message ?? "nothing")")
    #expect(refusal(text)?.code == .invalid)
  }

  @Test("choosing a context changes one line and keeps every comment")
  func setting() throws {
    let changed = ContextFile.setting(current: "lab", in: Self.text)
    #expect(try parse(changed).current == "lab")
    #expect(changed.hasSuffix(Self.text.split(separator: "\n", maxSplits: 1).last ?? ""))
    let fresh = ContextFile.setting(current: "a\"b", in: "[contexts.x]\nsocket = \"/x\"\n")
    #expect(try parse(fresh).current == "a\"b")
    #expect(try parse(fresh).contexts.count == 1)
  }

  @Test("an added context is read back as it was")
  func adding() throws {
    let tls = Endpoint.TLS(
      host: "2001:db8::1", port: 7440, authority: "/a \"b\"/ca.crt", certificate: "/c", key: "/k", serverName: "s")
    let file = try parse(ContextFile.adding("new.name", tls, to: Self.text))
    #expect(try file.context("new.name").endpoint == .tls(tls))
    #expect(file.contexts.count == 3)
  }

  @Test("an unknown context is answered with the nearest one")
  func nearest() throws {
    let file = try parse(Self.text)
    do throws(FleetError) {
      _ = try file.context("ofice")
      Issue.record("there is no such context")
    } catch {
      #expect(error.code == .notFound)
      #expect(error.hint == "did you mean \"office\"?")
    }
  }
}
