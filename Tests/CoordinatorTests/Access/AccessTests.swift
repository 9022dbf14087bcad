import GRPCCore
import RoostProto
import Testing

@testable import Coordinator

@Suite("The access table")
struct AccessTests {
  static let descriptors: [MethodDescriptor] =
    Roost_V1_AgentLink.Method.descriptors + Roost_V1_Enrolment.Method.descriptors + Roost_V1_VMs.Method.descriptors
    + Roost_V1_Operations.Method.descriptors + Roost_V1_Hosts.Method.descriptors
    + Roost_V1_Addresses.Method.descriptors + Roost_V1_Images.Method.descriptors
    + Roost_V1_Administration.Method.descriptors + Roost_V1_Enforcement.Method.descriptors
    + Roost_V1_Adoption.Method.descriptors + Roost_V1_Settling.Method.descriptors
    + Roost_V1_Certificates.Method.descriptors + Roost_V1_Planning.Method.descriptors
    + Roost_V1_Usage.Method.descriptors

  @Test("every call has a row, and every row is a call")
  func tableIsComplete() {
    #expect(Set(AccessTable.table.keys) == Set(Self.descriptors.map(\.fullyQualifiedMethod)))
  }

  @Test("agents call the agent link and nothing else", arguments: descriptors)
  func agents(method: MethodDescriptor) {
    let allowed = AccessTable.table[method.fullyQualifiedMethod]?.contains(.agent) == true
    #expect(allowed == (method.service == Roost_V1_AgentLink.descriptor))
  }

  @Test("nobody without a certificate calls anything but enrolment", arguments: descriptors)
  func anonymous(method: MethodDescriptor) {
    let allowed = AccessTable.table[method.fullyQualifiedMethod]?.contains(.anonymous) == true
    #expect(allowed == (method.service == Roost_V1_Enrolment.descriptor))
  }

  @Test("operators never speak as agents, touch others' keys or read the database", arguments: descriptors)
  func operators(method: MethodDescriptor) {
    let kept: Set = [
      "roost.v1.Administration/Backup", "roost.v1.Administration/CreateOperator", "roost.v1.Certificates/Revoke",
      "roost.v1.Certificates/RotateCoordinator", "roost.v1.Certificates/RotateAuthority", "roost.v1.Settling/Believe",
    ]
    let allowed = AccessTable.table[method.fullyQualifiedMethod]?.contains(.operator) == true
    let expected =
      method.service != Roost_V1_AgentLink.descriptor && method.service != Roost_V1_Enrolment.descriptor
      && !kept.contains(method.fullyQualifiedMethod)
    #expect(allowed == expected)
  }

  @Test("a call that the table does not name is refused to everybody", arguments: Caller.Role.allCases)
  func unknownCall(role: Caller.Role) {
    #expect(throws: (any Error).self) { try AccessTable.check(role, calls: "roost.v1.VMs/Explode") }
  }
}
