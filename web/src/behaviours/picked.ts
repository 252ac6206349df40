/** Fields that take what was picked in the model: [data-picked="globalId"] its GlobalId, [data-picked="point"] the point as JSON. */
export function picked(): void {
  document.addEventListener("hezhu:picked", (event) => {
    const detail = (event as CustomEvent<{ globalId: string; point?: number[] }>).detail;
    for (const field of document.querySelectorAll<HTMLInputElement>("input[data-picked]")) {
      if (field.dataset.picked === "globalId") field.value = detail.globalId;
      else field.value = detail.point ? JSON.stringify(detail.point) : "";
    }
  });
}
