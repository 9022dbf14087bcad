import Fleet

/// Which callers may call which methods: one table; a method that it does not name is refused.
package enum AccessTable {
  /// The roles that may call each method, by `package.Service/Method`.
  package static let table: [String: Set<Caller.Role>] = [
    "roost.v1.AgentLink/Connect": [.agent],
    "roost.v1.AgentLink/ConnectInParts": [.agent],
    "roost.v1.AgentLink/Tunnel": [.agent],
    "roost.v1.AgentLink/FetchImage": [.agent],
    "roost.v1.AgentLink/Renew": [.agent],
    "roost.v1.AgentLink/JudgeStart": [.agent],
    "roost.v1.Enforcement/GetPolicy": people, "roost.v1.Enforcement/SetPolicy": people,
    "roost.v1.Enforcement/ResolveMAC": people,
    "roost.v1.Enrolment/GetAuthority": [.anonymous],
    "roost.v1.Enrolment/Join": [.anonymous],
    "roost.v1.VMs/List": people, "roost.v1.VMs/Get": people, "roost.v1.VMs/Create": people,
    "roost.v1.VMs/ImportVM": people, "roost.v1.VMs/ChangePower": people, "roost.v1.VMs/Delete": people,
    "roost.v1.VMs/OpenTunnel": people, "roost.v1.VMs/Forget": people, "roost.v1.VMs/Recover": people,
    "roost.v1.VMs/SetVNC": people,
    "roost.v1.Operations/List": people, "roost.v1.Operations/Get": people, "roost.v1.Operations/Watch": people,
    "roost.v1.Operations/Events": people, "roost.v1.Operations/Cancel": people,
    "roost.v1.Operations/Audit": people,
    "roost.v1.Hosts/List": people, "roost.v1.Hosts/Get": people, "roost.v1.Hosts/CreateToken": people,
    "roost.v1.Hosts/ListTokens": people, "roost.v1.Hosts/RevokeToken": people,
    "roost.v1.Hosts/SetCordon": people, "roost.v1.Hosts/Remove": people, "roost.v1.Hosts/ListNetworks": people,
    "roost.v1.Hosts/SetNetwork": people, "roost.v1.Hosts/ListPools": people,
    "roost.v1.Hosts/SetLabels": people,
    "roost.v1.Hosts/Revoke": people, "roost.v1.Hosts/Disregard": people,
    "roost.v1.Addresses/ListMACs": people, "roost.v1.Addresses/ListPorts": people,
    "roost.v1.Addresses/FindMACs": people, "roost.v1.Addresses/ReserveMACs": people,
    "roost.v1.Addresses/ReleaseMAC": people, "roost.v1.Addresses/ReclaimMAC": people,
    "roost.v1.Addresses/ListMACPools": people,
    "roost.v1.Addresses/CreateMACPool": people, "roost.v1.Addresses/DeleteMACPool": people,
    "roost.v1.Addresses/SetPortRange": people, "roost.v1.Addresses/SetVNCDefault": people,
    "roost.v1.Images/List": people, "roost.v1.Images/Create": people, "roost.v1.Images/ImportImage": people,
    "roost.v1.Images/Delete": people,
    "roost.v1.Administration/Status": people, "roost.v1.Administration/Backup": [.localAdministrator],
    "roost.v1.Administration/CreateOperator": [.localAdministrator],
    "roost.v1.Certificates/List": people, "roost.v1.Certificates/Revoke": [.localAdministrator],
    "roost.v1.Certificates/RotateCoordinator": [.localAdministrator],
    "roost.v1.Certificates/RotateAuthority": [.localAdministrator], "roost.v1.Certificates/ShowAuthorities": people,
    "roost.v1.Adoption/Plan": people, "roost.v1.Adoption/Adopt": people, "roost.v1.Adoption/Release": people,
    "roost.v1.Settling/Show": people, "roost.v1.Settling/Finish": people,
    "roost.v1.Settling/Believe": [.localAdministrator],
    "roost.v1.Planning/GetPolicy": people, "roost.v1.Planning/SetPolicy": people,
    "roost.v1.Planning/GetFleet": people, "roost.v1.Planning/PlanBatch": people,
    "roost.v1.Planning/SetConstraints": people, "roost.v1.Planning/CountFit": people,
    "roost.v1.Usage/List": people,
  ]

  private static let people: Set<Caller.Role> = [.localAdministrator, .operator]

  /// Checks a call.
  /// - Throws: ``FleetError`` with code `denied` if the role may not call the method.
  static func check(_ role: Caller.Role, calls method: String) throws(FleetError) {
    guard table[method]?.contains(role) == true else {
      throw FleetError(.denied, "this certificate may not call \(method)", hint: Self.hint(for: role))
    }
  }

  private static func hint(for role: Caller.Role) -> String {
    switch role {
    case .agent: "an agent speaks for its own host only; make a person's certificate with: roost user create NAME"
    case .operator: "run this on the coordinator's own machine, over its local socket"
    case .anonymous, .localAdministrator: ""
    }
  }
}
