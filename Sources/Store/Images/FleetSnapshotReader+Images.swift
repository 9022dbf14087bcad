public import Fleet

extension FleetSnapshotReader {
  /// The library's images by name.
  public func images() throws(FleetError) -> [Image] {
    try rows(of: "an image", "SELECT * FROM images ORDER BY name").reading(Self.image)
  }

  /// The image with this id, or nil.
  public func image(_ id: ImageID) throws(FleetError) -> Image? {
    try rows(of: "an image", "SELECT * FROM images WHERE id = ?", [id.description]).reading(Self.image).first
  }

  /// The image with this name, or nil.
  public func image(named name: String) throws(FleetError) -> Image? {
    try rows(of: "an image", "SELECT * FROM images WHERE name = ?", [name]).reading(Self.image).first
  }

  /// The names of the VMs whose spec names the image, in order.
  public func imageUsers(_ id: ImageID) throws(FleetError) -> [String] {
    try rows(
      of: "an image",
      "SELECT name FROM vm_images JOIN vms ON vms.id = vm_id WHERE image_id = ? ORDER BY name", [id.description]
    ).reading { row throws(FleetError) in try row.text("name") }
  }

  private static func image(_ row: StoredRow) throws(FleetError) -> Image {
    Image(
      id: try row.id("id"), name: try row.text("name"), format: try row.word("format"),
      virtualSize: try row.memory("virtual_size"), fileSize: try row.memory("file_size"),
      sha256: try row.text("sha256"), createdAt: try row.time("created_at"))
  }
}
