/// What .proto files say, read from their text: an opinion of its own beside the generated code.
package struct ProtoSchema: Sendable {
  /// What a field holds.
  package indirect enum Kind: Hashable, Sendable {
    case text, bytes, bool, real, unsigned64, signed64, unsigned32, signed32
    case message(String)
    case map(value: Kind)
  }

  /// A field of a message.
  package struct Field: Hashable, Sendable {
    package let name: String
    package let number: Int
    package let kind: Kind
    package let isRepeated: Bool
  }

  /// A call.
  package struct Method: Hashable, Sendable {
    /// `package.Service/Method`.
    package let name: String
    package let request: String
    package let response: String
  }

  package private(set) var messages: [String: [Field]] = [:]
  package private(set) var methods: [Method] = []

  /// Reads the texts of .proto files of one package; messages do not nest in each other.
  package init(parsing texts: [String]) {
    for text in texts { read(Self.words(text)) }
  }

  private static func words(_ text: String) -> [String] {
    var words: [String] = []
    for line in text.split(separator: "\n") {
      let code = line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line
      var word = ""
      for character in code {
        if character.isLetter || character.isNumber || "_.".contains(character) {
          word.append(character)
          continue
        }
        if !word.isEmpty { words.append(word) }
        word = ""
        if !character.isWhitespace { words.append(String(character)) }
      }
      if !word.isEmpty { words.append(word) }
    }
    return words
  }

  private mutating func read(_ words: [String]) {
    var (package, message, service) = ("", "", "")
    var depth = 0
    var statement: [String] = []
    for word in words {
      switch word {
      case "{":
        depth += 1
        if statement.first == "message" { message = statement.last ?? "" }
        if statement.first == "message" { messages[message] = messages[message] ?? [] }
        if statement.first == "service" { service = statement.last ?? "" }
        statement = []
      case "}":
        depth -= 1
        if depth == 0 { (message, service) = ("", "") }
        statement = []
      case ";":
        if statement.first == "package" { package = statement.last ?? "" }
        if let method = Self.method(statement, of: "\(package).\(service)"), !service.isEmpty { methods.append(method) }
        if let field = Self.field(statement), !message.isEmpty { messages[message]?.append(field) }
        statement = []
      default: statement.append(word)
      }
    }
  }

  /// `rpc Name ( [stream] Request ) returns ( [stream] Response )`.
  private static func method(_ statement: [String], of service: String) -> Method? {
    let names = statement.filter { !["(", ")", "stream", "returns", "rpc"].contains($0) }
    guard statement.first == "rpc", names.count == 3 else { return nil }
    return Method(name: "\(service)/\(names[0])", request: names[1], response: names[2])
  }

  /// `[repeated|optional] type name = number` or `map < key , value > name = number`.
  private static func field(_ statement: [String]) -> Field? {
    guard statement.count >= 4, statement[statement.count - 2] == "=", let number = Int(statement[statement.count - 1])
    else { return nil }
    let name = statement[statement.count - 3]
    if statement[0] == "map", statement.count == 9 {
      return Field(name: name, number: number, kind: .map(value: kind(statement[4])), isRepeated: false)
    }
    return Field(
      name: name, number: number, kind: kind(statement[statement.count - 4]), isRepeated: statement[0] == "repeated")
  }

  private static func kind(_ word: String) -> Kind {
    switch word {
    case "string": .text
    case "bytes": .bytes
    case "bool": .bool
    case "double", "float": .real
    case "uint64": .unsigned64
    case "int64": .signed64
    case "uint32": .unsigned32
    case "int32": .signed32
    default: .message(word.split(separator: ".").last.map { String($0) } ?? word)
    }
  }

  /// A way from a message to a field inside it: the fields on the way and the last one.
  package struct Path: Hashable, Sendable {
    package let fields: [Field]
    /// The message that the last field belongs to.
    package let message: String

    /// The field's name behind its message's.
    package var name: String { "\(message).\(fields.last?.name ?? "")" }
  }

  /// A way to each field that can be reached from a message, each field of each message once.
  package func paths(from root: String) -> [Path] {
    var found: [Path] = []
    var seen: Set<String> = []
    var queue: [(String, [Field])] = [(root, [])]
    while let (message, way) = queue.first {
      queue.removeFirst()
      for field in messages[message] ?? [] {
        let path = Path(fields: way + [field], message: message)
        guard seen.insert(path.name).inserted else { continue }
        found.append(path)
        switch field.kind {
        case .message(let inner), .map(value: .message(let inner)): queue.append((inner, path.fields))
        default: break
        }
      }
    }
    return found
  }
}
