extension DomainDocument {
  /// True if the guest has the channel of the QEMU guest agent and the agent in it has connected.
  ///
  /// Only a running guest's document says so. Corresponds to https://libvirt.org/formatdomain.html#channel
  public var hasConnectedGuestAgent: Bool {
    (devices?.children(named: "channel") ?? []).contains { channel in
      guard let target = channel.child(named: "target") else { return false }
      return target.attribute("type") == "virtio" && target.attribute("name") == "org.qemu.guest_agent.0"
        && target.attribute("state") == "connected"
    }
  }
}
