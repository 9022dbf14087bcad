import Fleet
import FleetTestKit
import Testing

@testable import RoostCommands

/// JSON as people and programs have always had it.
@Suite("JSON text")
struct JSONTextTests {
  /// The same text made from its parts, in as many steps.
  private static func plain(_ value: OutputValue, indent: Int = 0) -> String {
    let pad = String(repeating: "  ", count: indent + 1)
    let close = String(repeating: "  ", count: indent)
    switch value {
    case .null, .flag, .integer, .number: return value.scalarJSON
    case .text(let text): return quoted(text)
    case .list(let items):
      guard !items.isEmpty else { return "[]" }
      return "[\n" + items.map { pad + plain($0, indent: indent + 1) }.joined(separator: ",\n") + "\n\(close)]"
    case .object(let entries):
      guard !entries.isEmpty else { return "{}" }
      let lines = entries.map { "\(pad)\(quoted($0.key)): \(plain($0.value, indent: indent + 1))" }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(close)}"
    }
  }

  private static func quoted(_ text: String) -> String {
    let short: [Unicode.Scalar: String] = ["\"": "\\\"", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"]
    let parts = text.unicodeScalars.map { scalar in
      if let escape = short[scalar] { return escape }
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
        return String(scalar).utf16.map { "\\u" + Hexadecimal.text(UInt64($0), digits: 4) }.joined()
      default: return String(scalar)
      }
    }
    return "\"" + parts.joined() + "\""
  }

  @Test("every character stands there as it is or escaped, alone and between others")
  func characters() {
    for number in Array(0..<0x3100) + Array(0xFE00..<0x10100) + [0x1F373, 0xE0001, 0x10FFFF] as [UInt32] {
      guard let scalar = Unicode.Scalar(number) else { continue }
      for text in [String(scalar), "a\(scalar)b"] where OutputValue.quoted(text) != Self.quoted(text) {
        Issue.record("U+\(String(number, radix: 16))")
      }
    }
  }

  @Test("values in values have the same lines as ever")
  func values() {
    let values: [OutputValue] = [
      .null, .flag(true), .flag(false), .integer(.min), .integer(0), .number(0.1), .number(1e300), .number(.infinity),
      .text(""), .text("web-1"), .text("Küche 🍳\u{1B}[2J"), .list([]), .object([]), .list([.list([]), .object([])]),
      .object(["a": .list([.text("x"), .null]), "b \"c\"": .object(["d": .number(2), "é": .list([.object([])])])]),
    ]
    for value in values + [.list(values), .object(["all": .list(values), "again": .object(["all": .list(values)])])] {
      #expect(value.json() == Self.plain(value))
      #expect(value.json(indent: 3) == Self.plain(value, indent: 3))
    }
    #expect(
      OutputValue.list(values).compactJSON
        == #"[null,true,false,-9223372036854775808,0,0.1,1e+300,null,"","web-1","#
        + #""Küche 🍳\u001b[2J",[],{},[[],{}],{"a":["x",null],"b \"c\"":{"d":2.0,"é":[{}]}}]"#)
  }

  @Test("a listing of rows that have only what its format prints is the same")
  func lean() throws {
    for format in OutputFormat.allCases {
      let (cells, values) = (format.hasCells, format.hasValues)
      let vms = [Samples.web]
      let lean = View.listing(VMSummary.listing(vms, at: .sample, cells: cells, values: values))
      #expect(
        lean.render(as: format, colors: Colors(isOn: false))
          == View.listing(VMSummary.listing(vms, at: .sample)).render(as: format, colors: Colors(isOn: false)))
      let mac = try #require(MACAddress("02:16:3e:00:00:01"))
      let entries = [
        MACLedgerEntry(
          mac: mac, state: .allocated, owner: AddressOwner(vm: "web-1", vmID: nil, host: "h1"), since: .sample,
          source: "pool")
      ]
      let short = View.listing(
        MACLedgerEntry.listing(entries, at: .sample, empty: "", cells: cells, values: values))
      #expect(
        short.render(as: format, colors: Colors(isOn: false))
          == View.listing(MACLedgerEntry.listing(entries, at: .sample, empty: "")).render(
            as: format, colors: Colors(isOn: false)))
    }
  }
}
