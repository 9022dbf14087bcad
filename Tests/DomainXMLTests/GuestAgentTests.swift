import DomainXML
import Testing

@Suite("The guest agent's channel")
struct GuestAgentTests {
  private static func isConnected(_ channels: String) throws -> Bool {
    try DomainDocument(
      parsing: "<domain type='kvm'><name>a</name><devices>\(channels)</devices></domain>"
    ).hasConnectedGuestAgent
  }

  @Test("an agent counts only while it is connected over its own channel")
  func connected() throws {
    let agent = "org.qemu.guest_agent.0"
    func channel(_ name: String, _ state: String) -> String {
      "<channel type='unix'><target type='virtio' name='\(name)'\(state)/></channel>"
    }
    #expect(try Self.isConnected(channel("com.redhat.spice.0", "") + channel(agent, " state='connected'")))
    #expect(try !Self.isConnected(channel(agent, " state='disconnected'")))
    #expect(try !Self.isConnected(channel(agent, "")))
    #expect(try !Self.isConnected(channel("com.redhat.spice.0", " state='connected'")))
    #expect(try !Self.isConnected("<channel type='unix'/>") && !Self.isConnected(""))
  }
}
