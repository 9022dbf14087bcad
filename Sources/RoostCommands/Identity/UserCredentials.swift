internal import ArgumentParser
internal import Fleet
internal import Foundation
internal import Platform
internal import RoostProto
internal import SwiftProtobuf

/// Options for the files of a user's key and certificate.
struct UserCredentials: ParsableArguments {
  @Option(
    help: ArgumentHelp("A directory for the files; it is created if necessary.", valueName: "dir"),
    completion: .directory)
  var out: String?

  @Option(help: ArgumentHelp("HOST:PORT to write instead of the coordinator's own address.", valueName: "address"))
  var address: String?

  @Flag(name: .long, help: "Add a context for the person to this machine's own configuration, too.")
  var addContext = false

  @Argument(help: "The person's name.")
  var name: String

  /// Requests the credentials and writes them.
  /// - Parameters:
  ///   - verb: the command to repeat, for hints.
  ///   - replaces: true if existing files may be overwritten.
  func make(
    _ request: Roost_V1_CreateOperatorRequest, verb: String, replaces: Bool, _ connection: ConnectionOptions,
    _ output: OutputOptions, in environment: CommandEnvironment
  ) async throws {
    try NameRule.checked(name, of: "user")
    guard out != nil || output.output == .json || output.output == .yaml else {
      throw FleetError.usage("the key needs a place", hint: "roost user \(verb) \(name) --out DIR")
    }
    if let address, ContextFile.split(address: address) == nil {
      throw FleetError.usage("\"\(address.printable)\" is not an address", hint: "write it as HOST:PORT")
    }
    let folder = try out.map { try Self.absolute($0) }
    if let folder, !replaces { try checkAbsent(in: folder) }
    try await environment.withFleet(connection) { fleet in
      var response = try await fleet.administration.createOperator(
        request.with {
          $0.requestID = environment.newRequestID()
          $0.name = name
        }, options: fleet.brief)
      if let address { response.address = address }
      guard let folder else {
        output.show(.detail(Detail(name: name, lines: [], outputValue: Self.outputValue(response))), in: environment)
        return
      }
      let tls = try write(response, to: folder)
      if addContext { try Self.add(name, tls, in: environment) }
      let files = OutputValue.object([
        "name": .text(name), "directory": .text(folder), "certificate": .text(tls.certificate),
        "key": .text(tls.key), "ca": .text(tls.authority), "address": .text(response.address),
        "server_name": .text(response.serverName),
      ])
      output.confirm(
        "\(name)'s key and certificate are in \(folder)", .detail(Detail(name: name, lines: [], outputValue: files)),
        in: environment)
    }
  }

  /// Refuses to overwrite a key before anything is requested.
  private func checkAbsent(in folder: String) throws(FleetError) {
    for file in ["\(name).key", "\(name).crt"] where FileManager.default.fileExists(atPath: "\(folder)/\(file)") {
      throw FleetError(
        .conflict, "there is a file \(folder.printable)/\(file) already",
        hint: "give another directory, or make certificates in place of those: roost user renew \(name) --out "
          + folder.shellQuoted)
    }
  }

  private static func outputValue(_ response: Roost_V1_CreateOperatorResponse) -> OutputValue {
    .object([
      "certificate_pem": .text(response.certificatePem), "private_key_pem": .text(response.privateKeyPem),
      "authority_pem": .text(response.authorityPem), "address": .text(response.address),
      "server_name": .text(response.serverName),
    ])
  }

  /// Writes the files; the key is readable only by its owner from its first byte on.
  private func write(_ response: Roost_V1_CreateOperatorResponse, to folder: String) throws(FleetError) -> Endpoint.TLS
  {
    guard let (host, port) = ContextFile.split(address: response.address) else {
      throw FleetError(.internal, "the coordinator's address is \"\(response.address.printable)\"")
    }
    try OutputDirectory.make(folder)
    try AtomicFile.replace("\(folder)/\(name).key", with: response.privateKeyPem.utf8)
    try AtomicFile.replace("\(folder)/\(name).crt", with: response.certificatePem.utf8, mode: 0o644)
    try AtomicFile.replace("\(folder)/ca.crt", with: response.authorityPem.utf8, mode: 0o644)
    func endpoint(_ prefix: String) -> Endpoint.TLS {
      Endpoint.TLS(
        host: host, port: port, authority: "\(prefix)ca.crt", certificate: "\(prefix)\(name).crt",
        key: "\(prefix)\(name).key", serverName: response.serverName)
    }
    let settings = ContextFile.adding(name, endpoint(""), to: ContextFile.setting(current: name, in: ""))
    try AtomicFile.replace("\(folder)/config.toml", with: settings.utf8)
    return endpoint("\(folder)/")
  }

  /// Adds a context for the user, unless one of that name exists.
  private static func add(_ name: String, _ tls: Endpoint.TLS, in environment: CommandEnvironment) throws(FleetError) {
    let store = ContextStore(environment: environment.variables)
    let text = try store.text()
    let known = text.isEmpty ? .empty : try ContextFile(parsing: text, path: store.path, home: store.home)
    guard !known.contexts.contains(where: { $0.name == name }) else {
      environment.note("\(store.path) has a context \"\(name)\" already; it was left as it is")
      return
    }
    try store.save(ContextFile.adding(name, tls, to: text))
    environment.note("use it: roost --context \(name) list, or roost context use \(name)")
  }

  /// The absolute path, so that a context finds the files from every directory.
  private static func absolute(_ path: String) throws(FleetError) -> String {
    let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    guard !trimmed.isEmpty else { throw .usage("--out names no directory") }
    return PathResolver(directory: FileManager.default.currentDirectoryPath, home: "")(trimmed)
  }
}

extension Roost_V1_CreateOperatorRequest {
  /// A copy of the request with a change.
  fileprivate func with(_ change: (inout Self) -> Void) -> Self {
    var result = self
    change(&result)
    return result
  }
}
