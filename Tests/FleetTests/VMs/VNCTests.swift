import Fleet
import Foundation
import Testing

@Suite("VNC displays and their ports")
struct VNCTests {
  @Test("a display that the first releases stored has a port; a socket is read back")
  func stored() throws {
    let old = Data(#"{"keymap":"de","listen":"::1"}"#.utf8)
    let display = try JSONDecoder().decode(VNCSpec.self, from: old)
    #expect(display == VNCSpec(listen: "::1", keymap: "de"))
    #expect(!String(decoding: try JSONEncoder().encode(display), as: UTF8.self).contains("socket"))
    let socket = VNCSpec(keymap: "de", isSocket: true)
    #expect(try JSONDecoder().decode(VNCSpec.self, from: JSONEncoder().encode(socket)) == socket)
  }

  @Test("only a display at a port wants one of the fleet's ports")
  func ports() {
    for (mode, wants) in [(VNCMode.port, true), (.socket, false), (.none, false)] {
      let display = mode.display(like: VNCSpec(listen: "::1", keymap: "de"))
      #expect(VNCMode(of: display) == mode && display?.keymap == (mode == .none ? nil : "de"))
      #expect(VMSpec(name: "a", vcpus: 1, memory: .gibibytes(1), vnc: display).wantsPort == wants)
    }
    #expect(VNCMode.port.display(like: VNCSpec(listen: "::1", isSocket: true)) == VNCSpec(listen: "::1"))
    #expect(throws: FleetError.self) { try VNCMode(named: "spice") }
  }

  @Test("a range warns from nine of ten ports on, and names both ways out")
  func warning() throws {
    let range = 5900...5999
    #expect(VNCPortUse(range: range, taken: 89).warning == nil)
    let nearly = try #require(VNCPortUse(range: range, taken: 90).warning)
    let full = try #require(VNCPortUse(range: range, taken: 100).warning)
    #expect(nearly.contains("10 are left") && full.contains("are used up"))
    for sentence in [nearly, full] {
      for part in ["5900-5999", "roost port range 5900-65535", "--vnc socket", "roost policy set vnc=socket"] {
        #expect(sentence.contains(part), "\(part)")
      }
    }
    #expect(VNCPortUse(range: range, taken: 200).free == 0)
    #expect(!VNCPortUse.waysOut(of: 5900...65535).contains("port range"), "there is no wider range")
  }
}
