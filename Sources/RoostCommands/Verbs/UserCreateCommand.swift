internal import ArgumentParser
internal import Fleet
internal import RoostProto
internal import SwiftProtobuf

/// `roost user create`
struct UserCreateCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Make a key and a certificate for a person.",
    discussion: """
      Writes NAME.key, NAME.crt, ca.crt and a config.toml to the directory, and adds a context to this machine's \
      configuration. On another machine, copy the directory's files to ~/.config/roost. Without --out, -o json \
      prints everything, the key included.
      """)

  @OptionGroup var connection: ConnectionOptions
  @OptionGroup var output: OutputOptions

  @Option(
    help: ArgumentHelp("A directory for the files; it is made if it is not there.", valueName: "dir"),
    completion: .directory)
  var out: String?

  @Option(help: ArgumentHelp("HOST:PORT to write instead of the coordinator's own address.", valueName: "address"))
  var address: String?

  @Flag(name: .long, help: "Leave this machine's configuration alone.")
  var noContext = false

  @Argument(help: "The person's name.")
  var name: String

  func run(in world: Surroundings) async throws {
    try Name.checked(name, of: "user")
    guard out != nil || output.output == .json || output.output == .yaml else {
      throw FleetError.usage("the key needs a place", hint: "roost user create \(name) --out DIR")
    }
    if let address, ContextFile.split(address: address) == nil {
      throw FleetError.usage("\"\(address.printable)\" is not an address", hint: "write it as HOST:PORT")
    }
    try await world.withFleet(connection) { fleet in
      let request = Roost_V1_CreateOperatorRequest.with {
        $0.requestID = world.newRequestID()
        $0.name = name
      }
      var response = try await fleet.administration.createOperator(request, options: fleet.brief)
      if let address { response.address = address }
      guard let out else {
        output.show(.detail(Detail(name: name, lines: [], tree: Self.tree(response))), in: world)
        return
      }
      let folder = try Self.absolute(out)
      let tls = try Self.write(response, name: name, to: folder)
      if !noContext { try Self.addContext(name, tls, in: world) }
      let files = Tree.object([
        "name": .text(name), "directory": .text(folder), "certificate": .text(tls.certificate),
        "key": .text(tls.key), "ca": .text(tls.authority), "address": .text(response.address),
        "server_name": .text(response.serverName),
      ])
      output.confirm(
        "\(name)'s key and certificate are in \(folder)", .detail(Detail(name: name, lines: [], tree: files)),
        in: world)
    }
  }

  private static func tree(_ response: Roost_V1_CreateOperatorResponse) -> Tree {
    .object([
      "certificate_pem": .text(response.certificatePem), "private_key_pem": .text(response.privateKeyPem),
      "authority_pem": .text(response.authorityPem), "address": .text(response.address),
      "server_name": .text(response.serverName),
    ])
  }

  /// Writes the files; the key is readable by its owner alone from its first byte on.
  private static func write(
    _ response: Roost_V1_CreateOperatorResponse, name: String, to folder: String
  ) throws(FleetError) -> Endpoint.TLS {
    guard let (host, port) = ContextFile.split(address: response.address) else {
      throw FleetError(.internal, "the coordinator's address is \"\(response.address.printable)\"")
    }
    try OutputFile.makeDirectory(folder)
    try OutputFile(path: "\(folder)/\(name).key").replace(with: Array(response.privateKeyPem.utf8), mode: 0o600)
    try OutputFile(path: "\(folder)/\(name).crt").replace(with: Array(response.certificatePem.utf8), mode: 0o644)
    try OutputFile(path: "\(folder)/ca.crt").replace(with: Array(response.authorityPem.utf8), mode: 0o644)
    func endpoint(_ prefix: String) -> Endpoint.TLS {
      Endpoint.TLS(
        host: host, port: port, authority: "\(prefix)ca.crt", certificate: "\(prefix)\(name).crt",
        key: "\(prefix)\(name).key", serverName: response.serverName)
    }
    let settings = ContextFile.adding(name, endpoint(""), to: ContextFile.setting(current: name, in: ""))
    try OutputFile(path: "\(folder)/config.toml").replace(with: Array(settings.utf8), mode: 0o600)
    return endpoint("\(folder)/")
  }

  /// Adds a context for the person, unless one of that name is there.
  private static func addContext(_ name: String, _ tls: Endpoint.TLS, in world: Surroundings) throws(FleetError) {
    let store = ContextStore(environment: world.environment)
    let text = try store.text()
    let known = text.isEmpty ? .empty : try ContextFile(parsing: text, path: store.path, home: store.home)
    guard !known.contexts.contains(where: { $0.name == name }) else {
      world.note("\(store.path) has a context \"\(name)\" already; it was left as it is")
      return
    }
    try store.save(ContextFile.adding(name, tls, to: text))
    world.note("use it: roost --context \(name) list, or roost context use \(name)")
  }
}
