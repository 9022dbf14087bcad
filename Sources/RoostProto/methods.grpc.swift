// DO NOT EDIT: deploy/generate-proto writes this file.
public import SwiftProtobuf

/// The messages of every method.
public enum RoostMethods {
  /// What a method takes and gives.
  public typealias Messages = (
    request: any SwiftProtobuf.Message.Type, response: any SwiftProtobuf.Message.Type
  )

  /// The messages that a method takes and gives, by `package.Service/Method`.
  public static let messages: [String: Messages] = [
    "roost.v1.Addresses/ListMACs": (Roost_V1_ListMACsRequest.self, Roost_V1_ListMACsResponse.self),
    "roost.v1.Addresses/ListPorts": (Roost_V1_ListPortsRequest.self, Roost_V1_ListPortsResponse.self),
    "roost.v1.Addresses/FindMACs": (Roost_V1_FindMACsRequest.self, Roost_V1_FindMACsResponse.self),
    "roost.v1.Addresses/ReserveMACs": (Roost_V1_ReserveMACsRequest.self, Roost_V1_MACLedgerResponse.self),
    "roost.v1.Addresses/ReleaseMAC": (Roost_V1_ReleaseMACRequest.self, Roost_V1_MACLedgerResponse.self),
    "roost.v1.Addresses/ListMACPools": (Roost_V1_ListMACPoolsRequest.self, Roost_V1_ListMACPoolsResponse.self),
    "roost.v1.Addresses/CreateMACPool": (Roost_V1_CreateMACPoolRequest.self, Roost_V1_MACPoolResponse.self),
    "roost.v1.Addresses/DeleteMACPool": (Roost_V1_DeleteMACPoolRequest.self, Roost_V1_MACPoolResponse.self),
    "roost.v1.Addresses/SetPortRange": (Roost_V1_SetPortRangeRequest.self, Roost_V1_SetPortRangeResponse.self),
    "roost.v1.Administration/Status": (Roost_V1_StatusRequest.self, Roost_V1_StatusResponse.self),
    "roost.v1.Administration/Backup": (Roost_V1_BackupRequest.self, Roost_V1_BackupChunk.self),
    "roost.v1.Administration/CreateOperator": (Roost_V1_CreateOperatorRequest.self, Roost_V1_CreateOperatorResponse.self),
    "roost.v1.Adoption/Plan": (Roost_V1_PlanAdoptionRequest.self, Roost_V1_PlanAdoptionResponse.self),
    "roost.v1.Adoption/Adopt": (Roost_V1_AdoptRequest.self, Roost_V1_AdoptResponse.self),
    "roost.v1.Adoption/Release": (Roost_V1_ReleaseRequest.self, Roost_V1_OperationResponse.self),
    "roost.v1.AgentLink/Connect": (Roost_V1_AgentMessage.self, Roost_V1_CoordinatorMessage.self),
    "roost.v1.AgentLink/Tunnel": (Roost_V1_TunnelFrame.self, Roost_V1_TunnelFrame.self),
    "roost.v1.AgentLink/FetchImage": (Roost_V1_FetchImageRequest.self, Roost_V1_ImageChunk.self),
    "roost.v1.AgentLink/Renew": (Roost_V1_RenewRequest.self, Roost_V1_RenewResponse.self),
    "roost.v1.AgentLink/JudgeStart": (Roost_V1_JudgeStartRequest.self, Roost_V1_JudgeStartResponse.self),
    "roost.v1.Enforcement/GetPolicy": (Roost_V1_GetPolicyRequest.self, Roost_V1_PolicyResponse.self),
    "roost.v1.Enforcement/SetPolicy": (Roost_V1_SetPolicyRequest.self, Roost_V1_PolicyResponse.self),
    "roost.v1.Enforcement/ResolveMAC": (Roost_V1_ResolveMACRequest.self, Roost_V1_ResolveMACResponse.self),
    "roost.v1.Enrolment/GetAuthority": (Roost_V1_GetAuthorityRequest.self, Roost_V1_GetAuthorityResponse.self),
    "roost.v1.Enrolment/Join": (Roost_V1_JoinRequest.self, Roost_V1_JoinResponse.self),
    "roost.v1.Hosts/List": (Roost_V1_ListHostsRequest.self, Roost_V1_ListHostsResponse.self),
    "roost.v1.Hosts/Get": (Roost_V1_GetHostRequest.self, Roost_V1_GetHostResponse.self),
    "roost.v1.Hosts/CreateToken": (Roost_V1_CreateTokenRequest.self, Roost_V1_CreateTokenResponse.self),
    "roost.v1.Hosts/SetCordon": (Roost_V1_SetCordonRequest.self, Roost_V1_HostResponse.self),
    "roost.v1.Hosts/Remove": (Roost_V1_RemoveHostRequest.self, Roost_V1_HostResponse.self),
    "roost.v1.Hosts/ListNetworks": (Roost_V1_ListNetworksRequest.self, Roost_V1_ListNetworksResponse.self),
    "roost.v1.Hosts/SetNetwork": (Roost_V1_SetNetworkRequest.self, Roost_V1_OperationResponse.self),
    "roost.v1.Hosts/ListPools": (Roost_V1_ListPoolsRequest.self, Roost_V1_ListPoolsResponse.self),
    "roost.v1.Hosts/SetLabels": (Roost_V1_SetHostLabelsRequest.self, Roost_V1_HostResponse.self),
    "roost.v1.Images/List": (Roost_V1_ListImagesRequest.self, Roost_V1_ListImagesResponse.self),
    "roost.v1.Images/Create": (Roost_V1_CreateImageRequest.self, Roost_V1_ImageResponse.self),
    "roost.v1.Images/ImportImage": (Roost_V1_ImportImageRequest.self, Roost_V1_ImageResponse.self),
    "roost.v1.Images/Delete": (Roost_V1_DeleteImageRequest.self, Roost_V1_ImageResponse.self),
    "roost.v1.Operations/List": (Roost_V1_ListOperationsRequest.self, Roost_V1_ListOperationsResponse.self),
    "roost.v1.Operations/Get": (Roost_V1_GetOperationRequest.self, Roost_V1_OperationResponse.self),
    "roost.v1.Operations/Watch": (Roost_V1_GetOperationRequest.self, Roost_V1_OperationResponse.self),
    "roost.v1.Operations/Events": (Roost_V1_EventsRequest.self, Roost_V1_Event.self),
    "roost.v1.Planning/GetPolicy": (Roost_V1_GetPlacementPolicyRequest.self, Roost_V1_PlacementPolicyResponse.self),
    "roost.v1.Planning/SetPolicy": (Roost_V1_SetPlacementPolicyRequest.self, Roost_V1_PlacementPolicyResponse.self),
    "roost.v1.Planning/GetFleet": (Roost_V1_GetPlanningFleetRequest.self, Roost_V1_PlanningFleet.self),
    "roost.v1.Planning/PlanBatch": (Roost_V1_PlanBatchRequest.self, Roost_V1_PlanBatchResponse.self),
    "roost.v1.Planning/SetConstraints": (Roost_V1_SetConstraintsRequest.self, Roost_V1_SetConstraintsResponse.self),
    "roost.v1.Settling/Show": (Roost_V1_ShowSettlingRequest.self, Roost_V1_SettlingResponse.self),
    "roost.v1.Settling/Finish": (Roost_V1_FinishSettlingRequest.self, Roost_V1_SettlingResponse.self),
    "roost.v1.Usage/List": (Roost_V1_ListUsageRequest.self, Roost_V1_ListUsageResponse.self),
    "roost.v1.VMs/List": (Roost_V1_ListVMsRequest.self, Roost_V1_ListVMsResponse.self),
    "roost.v1.VMs/Get": (Roost_V1_GetVMRequest.self, Roost_V1_GetVMResponse.self),
    "roost.v1.VMs/Create": (Roost_V1_CreateVMRequest.self, Roost_V1_CreateVMResponse.self),
    "roost.v1.VMs/ImportVM": (Roost_V1_ImportVMRequest.self, Roost_V1_CreateVMResponse.self),
    "roost.v1.VMs/ChangePower": (Roost_V1_ChangePowerRequest.self, Roost_V1_OperationResponse.self),
    "roost.v1.VMs/Delete": (Roost_V1_DeleteVMRequest.self, Roost_V1_OperationResponse.self),
    "roost.v1.VMs/OpenTunnel": (Roost_V1_TunnelFrame.self, Roost_V1_TunnelFrame.self),
  ]
}
