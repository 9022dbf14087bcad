import Agent
import Coordinator
import DomainXML
import Fleet
import RoostCommands

extension FuzzTarget {
  static func hook(_ bytes: [UInt8]) {
    guard bytes.count >= 4, let length = try? HookFrame.length(Array(bytes.prefix(4))),
      let question = try? HookFrame.value(HookQuestion.self, Array(bytes.dropFirst(4).prefix(length)))
    else { return }
    domain(Array(question.document.utf8))
  }

  static func domain(_ bytes: [UInt8]) {
    guard var document = try? DomainDocument(parsing: String(decoding: bytes, as: UTF8.self)) else { return }
    _ = (document.disks, document.interfaces, document.graphics, document.system, document.hasConsole)
    _ = (try? document.name, try? document.uuid, try? document.currentVCPUs, try? document.currentMemoryBytes)
    _ = document.allMACs
    _ = try? document.keepOneVNC()
    _ = try? document.setMark(DomainMark(vmID: "a", fleetID: "b", revision: 1))
    _ = try? document.mark
    // What was edited is a document still.
    let text = document.text
    guard bytes.count < XMLDocument.sizeLimit / 16 else { return }
    precondition((try? DomainDocument(parsing: text)) != nil, "an edited document can't be read")
  }

  static func mark(_ bytes: [UInt8]) {
    guard let mark = try? DomainMark(parsing: String(decoding: bytes, as: UTF8.self)) else { return }
    precondition(
      mark.revision >= 0 && mark.revision <= DomainMark.highestRevision, "a mark's revision is out of bounds")
    if let markup = try? mark.markup() {
      precondition((try? DomainMark(parsing: markup)) == mark, "a mark is another after a round trip")
    }
  }

  static func yaml(_ bytes: [UInt8]) {
    _ = VMFile.problem(in: String(decoding: bytes, as: UTF8.self), file: "vm.yaml")
  }

  static func image(_ bytes: [UInt8]) {
    guard bytes.count >= 8 else { return }
    let size = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let header = try? ImageHeader(Array(bytes.dropFirst(8)), ofFile: Int64(bitPattern: size)) else { return }
    precondition(header.virtualSize.bytes > 0 && header.virtualSize.bytes <= ImageHeader.largest, "an absurd size")
  }
}
