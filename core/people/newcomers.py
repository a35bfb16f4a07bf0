"""Telling a workspace's members who came: a person, or an account that a program acts as."""

from parlour.core.house import House
from parlour.core.ids import WorkspaceId
from parlour.core.live import Live, packet, workspace_topic
from parlour.core.model.people import Person


def tell_joined(house: House, workspace_id: WorkspaceId, person: Person) -> None:
    """Tell a workspace's members who belongs to it from now on; again tells it again."""
    news = packet("workspace.member_joined", {"workspace_id": workspace_id, "user": person})
    house.live.publish(
        Live(workspace_topic(workspace_id), "workspace.member_joined", news, user_id=person.id)
    )
